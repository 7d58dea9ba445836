/// What nobody waits for: it runs when the loop has served whoever was there.
package protocol LateWork: AnyObject {
    func runLate()
}
