/// Who stands behind a handle of libuv: its `data` names one.
protocol LoopResident: AnyObject {
    /// The loop has ended: closes the handle, without a word to the owner, and lets go of what it held for it.
    func loopEnded()
}
