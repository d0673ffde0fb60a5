// `livinglytics correct METRIC DAY VALUE`
import App
import ArgumentParser
import Domain
import Reporting
import Storage

struct Correct: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Puts one wrong day right.",
        discussion: "Posts the difference to what is there, with a note. Nothing is overwritten; the same again posts nothing."
    )

    @Argument(help: "The metric.") var metric: String
    @Argument(help: "The day, YYYY-MM-DD.") var day: String
    @Argument(help: "The value that the day is to have.") var value: String
    @Option(help: "Whose numbers: the user's e-mail address.") var user: String
    @Option(help: "Where they come from, such as ga4, instagram or search_console.") var source: String
    @Option(help: "Which account of the source, where there are several.") var account = ""
    @Option(help: "Why.") var note: String
    @Flag(help: "There was no value before.") var new = false
    @Flag(help: "What was done as JSON.") var json = false

    func run() async throws {
        let (metric, source, ref) = (try MetricName(metric), try SourceName(source), try AccountRef(account))
        guard let day = Day(iso: day) else { throw Failure(.usage, RangeError.notADay(self.day).description) }
        guard let value = ExactDecimal(value) else { throw Failure(.usage, "\(self.value.quoted) is no number") }
        try await withDatabase(.ofThisProcess()) { database in
            let account = Account(user: try await database.user(user).id, source: source, ref: ref)
            guard let correction = Correction(account: account, metric: metric, day: day, value: value, note: note) else {
                throw Failure(.usage, "--note: say in 1 to \(Correction.longestNote) characters why the value is another one")
            }
            let report: CorrectionReport
            do {
                report = try await Corrections(database).post(correction, isNew: new)
            } catch let problem as NoPoint {
                throw Failure(.usage, "\(problem) (--new)")
            } catch let problem as PartsRule {
                throw Failure(.usage, problem.description)
            }
            if json { return Terminal.json(report.json) }
            switch (report.importID, report.isNew) {
            case (nil, _): Terminal.say("\(metric) of \(day) is \(value) already. Nothing was posted.")
            case (_, true): Terminal.say("Posted \(metric) of \(day): \(value). There was no value before.")
            case (_, false): Terminal.say("Posted the difference: \(metric) of \(day) is \(value) now.")
            }
        }
    }
}
