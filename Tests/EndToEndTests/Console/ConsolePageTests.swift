import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

/// The console in a browser: what it shows of a node that answers and whose Kafka is there and away.
@Suite(
    "The console in a browser", .serialized,
    .enabled(if: TestEnvironment.hasBrowser, Comment(rawValue: TestEnvironment.needsBrowser)))
struct ConsolePageTests {
    /// Looks at the page and tells what it found; arguments: address, browser, a folder for pictures.
    private static let look = """
        import json, sys
        from playwright.sync_api import sync_playwright
        address, browser, folder = sys.argv[1:4]
        found = {"problems": [], "foreign": []}
        with sync_playwright() as play:
            chromium = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
            page = chromium.new_page(viewport={"width": 1200, "height": 900}, color_scheme="light")
            page.on("console", lambda m: found["problems"].append(m.text) if m.type in ("error", "warning") else None)
            page.on("pageerror", lambda e: found["problems"].append(str(e)))
            page.on("request", lambda r: None if r.url.startswith(address) else found["foreign"].append(r.url))
            text = lambda selector: page.locator(selector).inner_text()
            page.goto(address)
            page.wait_for_function("() => latest && latest.requests >= 30 && points.length > 1", timeout=60000)
            page.wait_for_function("() => latest.clusters.some(c => c.up) && latest.clusters.some(c => c.producer.queued)",
                timeout=60000)
            page.wait_for_function("() => document.querySelectorAll('#plugins tr').length > 1", timeout=60000)
            found["state"], found["title"] = text("#readiness"), page.title()
            found["clusters"] = page.locator(".cluster h3").all_inner_texts()
            found["faults"] = page.locator(".fault").all_inner_texts()
            found["plugins"] = page.locator("#plugins tr").all_inner_texts()
            found["charts"] = [c.get_attribute("aria-label") for c in page.locator("svg").all()]
            found["paths"] = page.locator("#requests-chart path").count()
            light = page.evaluate("getComputedStyle(document.body).backgroundColor")
            # By keyboard alone: past the skip link to the button, which holds the page still and lets it go.
            page.keyboard.press("Tab")
            found["first"] = page.evaluate("document.activeElement.textContent")
            page.keyboard.press("Tab")
            found["second"] = page.evaluate("document.activeElement.id")
            page.keyboard.press("Enter")
            found["paused"] = page.locator("#pause").get_attribute("aria-pressed")
            shown = text("#uptime")
            page.wait_for_function("start => latest.node.now > start + 2500", arg=page.evaluate("latest.node.now"))
            found["held"] = text("#uptime") == shown
            page.keyboard.press("p")
            found["resumed"] = page.locator("#pause").get_attribute("aria-pressed")
            page.screenshot(path=folder + "/wide.png", full_page=True)
            # A narrow window: nothing is cut off.
            page.set_viewport_size({"width": 340, "height": 700})
            page.wait_for_function("start => latest.node.now > start + 1200", arg=page.evaluate("latest.node.now"))
            found["overflow"] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            page.screenshot(path=folder + "/narrow.png", full_page=True)
            page.emulate_media(color_scheme="dark")
            dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
            found["dark"] = light != dark
            page.set_viewport_size({"width": 1200, "height": 900})
            page.wait_for_function("start => latest.node.now > start + 1200", arg=page.evaluate("latest.node.now"))
            page.screenshot(path=folder + "/dark.png", full_page=True)
            print(json.dumps(found), flush=True)
            # The node stops: the page says so, and goes on when there is one again.
            page.wait_for_function("() => !document.getElementById('notice').hidden", timeout=60000)
            print(json.dumps({"lost": text("#readiness"), "notice": text("#notice")}), flush=True)
            chromium.close()
        """

    @Test("shows traffic, clusters and plugins; by keyboard, narrow, dark, and when the node goes")
    func page() async throws {
        let target = try ProduceTarget.developmentCluster()
        try await target.createTopics(["orders"])
        var document = GatewayDocument()
        document.produce("/orders", to: target.servers, topic: "orders", ["cluster_name": "here"])
        document.produce(
            "/lost", to: ["127.0.0.1:1"], topic: "lost", ["cluster_name": "away", "producer_async": true])
        document.answer("/tea", status: 418, "tea")
        let node = try await RunningSluice(document, settings: ["admin_gui_listen": "127.0.0.1:0"])
        let port = try #require(node.port(of: "console"))
        for _ in 0..<15 { #expect(try await node.ask("POST /orders", body: "x").status == 200) }
        for _ in 0..<10 { #expect(try await node.ask("GET /tea").status == 418) }
        for _ in 0..<5 { #expect(try await node.ask("POST /lost", body: "x").status == 200) }
        let folder = try TestFiles.shared.get().makeFolder()
        let browser = try ChildProcess(
            TestEnvironment.python,
            ["-c", Self.look, "http://127.0.0.1:\(port)/", try #require(TestEnvironment.chromium), folder])
        try await browser.waitFor("\"dark\":", seconds: 120)
        let line = try #require(browser.text.split(separator: "\n").last { $0.hasPrefix("{") })
        let found = try JSONValue.parse(text: String(line))
        #expect(found["problems"] == [] && found["foreign"] == [])
        #expect(found["state"] == "ready" && found["title"]?.stringValue?.hasSuffix("– Sluice console") == true)
        let clusters = found["clusters"]?.text ?? ""
        #expect(clusters.contains("here") && clusters.contains("up") && clusters.contains("away"))
        #expect(clusters.contains("no broker reached") || clusters.contains("not reached yet"))
        #expect(found["plugins"]?.text.contains("kafka-upstream") == true)
        #expect(found["plugins"]?.text.contains("request-termination") == true)
        let charts = try #require(found["charts"]?.arrayValue)
        #expect(charts.count == 4 && charts.allSatisfy { $0.stringValue?.hasPrefix("Last five minutes") == true })
        #expect((found["paths"]?.integerValue ?? 0) >= 4)
        #expect(found["first"] == "Skip to traffic" && found["second"] == "pause")
        #expect(found["paused"] == "true" && found["held"] == true && found["resumed"] == "false")
        #expect((found["overflow"]?.integerValue ?? 1) <= 0, "a narrow window cuts nothing off")
        #expect(found["dark"] == true)
        if let keep = ProcessInfo.processInfo.environment["SLUICE_TEST_PICTURES"] {
            for name in ["wide", "narrow", "dark"] {
                try? FileManager.default.removeItem(atPath: "\(keep)/\(name).png")
                try FileManager.default.copyItem(atPath: "\(folder)/\(name).png", toPath: "\(keep)/\(name).png")
            }
        }
        // Records for the cluster that is away are left: the node says so by its exit status.
        let stopped = Task { await node.stop() }
        try await browser.waitFor("\"lost\":", seconds: 60)
        #expect(browser.text.contains("not connected") && browser.text.contains("The node does not answer"))
        #expect(await stopped.value == 1)
    }
}
