// All that can be asked about the numbers, over one database.
package import Storage

package struct Reports: Sendable {
    package let tiles: TilesReport
    package let queries: Queries
    package let declarations: Declarations
    package let entries: EntryList
    package let revisions: Revisions
    package let corrections: Corrections
    package let export: Export

    package init(_ database: Database) {
        tiles = TilesReport(database)
        queries = Queries(database)
        declarations = Declarations(database)
        entries = EntryList(database)
        revisions = Revisions(database)
        corrections = Corrections(database)
        export = Export(database)
    }
}
