// Tasks on the loop's own thread: what does little besides using a connection changes threads twice at every use elsewhere.

/// Runs tasks on the thread of `IOLoop.shared`. What computes for long or blocks has no place there: every connection would wait.
final class LoopTasks: TaskExecutor {
    static let shared = LoopTasks()

    func enqueue(_ job: consuming ExecutorJob) {
        IOLoop.shared.enqueue(UnownedJob(job), as: .task)
    }
}
