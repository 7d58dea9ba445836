/// Something that belongs to one loop, named from elsewhere: only work on that loop reaches it.
///
/// `@unchecked Sendable`: the value is handed over when this is made and touched on the loop's thread only; it is
/// released wherever the last reference goes, which must be before the loop runs or after it has ended.
package final class LoopBound<Value>: @unchecked Sendable {
    package let loop: EventLoop
    private let value: Value

    /// - Parameter value: Made on the loop, or before it runs.
    package init(_ loop: EventLoop, _ value: sending Value) {
        self.loop = loop
        self.value = value
    }

    /// Runs `work` on the loop.
    package func perform(_ work: @escaping @Sendable (Value) -> Void) { loop.execute { [self] in work(value) } }
}
