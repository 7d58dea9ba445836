/// A script that a sandbox has compiled; only that sandbox can run it. It lives as long as the sandbox.
package struct LuaChunk {
    let sandbox: ObjectIdentifier
    let reference: Int32
}
