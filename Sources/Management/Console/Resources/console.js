// The live page: one stream of events, drawn anew at each. No other code, nothing from elsewhere.
"use strict";

const NAMES = ["time", "span", "other", "s1", "s2", "s3", "s4", "s5", "gone", "p50", "p95", "p99", "received", "sent",
  "delivered", "failed", "refused", "queued"];
const KEPT = 300;
const MINUTE = 60000;
let points = [];
let latest = null;
let isPaused = false;

const element = (id) => document.getElementById(id);
const text = (id, value) => { element(id).textContent = value; };

/** An element with attributes and children; a string is text, never markup. */
function make(name, attributes = {}, ...children) {
  const isDrawn = ["path", "line", "text", "title", "g"].includes(name);
  const made = isDrawn ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function number(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (value >= 1e6) return (value / 1e6).toFixed(value < 1e7 ? 2 : 1) + " M";
  if (value >= 1e4) return (value / 1e3).toFixed(1) + " k";
  if (value >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString("en");
  return value.toFixed(value < 10 ? 2 : 1);
}

function duration(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const at = parts.findIndex(([size]) => seconds >= size);
  if (at < 0) return "0 s";
  let rest = seconds;
  return parts.slice(at, at + 2).map(([size, unit]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count ? count + " " + unit : "";
  }).filter(Boolean).join(" ");
}

const ago = (milliseconds) => duration(Math.max(0, latest.node.now - milliseconds)) + " ago";
const sum = (list, read) => list.reduce((total, point) => total + read(point), 0);
const requests = (point) => point.other + point.s1 + point.s2 + point.s3 + point.s4 + point.s5;
const rate = (point, count) => point.span > 0 ? count * 1000 / point.span : 0;

function take(event) {
  latest = event;
  const known = points.length ? points[points.length - 1].time : 0;
  for (const values of event.points) {
    if (values[0] <= known) continue;
    points.push(Object.fromEntries(NAMES.map((name, place) => [name, values[place]])));
  }
  points = points.slice(-KEPT);
}

// MARK: What is drawn

/** Largest of a scale that ends on a round number. */
function roundUp(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value);
}

/** Lines or stacked areas over the kept time. A series: its name, its class, and what it reads of a point. */
function chart(id, series, isStacked, unit) {
  const drawing = element(id + "-chart");
  const width = Math.max(200, drawing.clientWidth), height = 150, left = 44, bottom = 18;
  drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const end = points.length ? points[points.length - 1].time : 0;
  const start = end - KEPT * 1000;
  const x = (time) => left + (width - left) * (time - start) / (end - start || 1);
  const tops = points.map((point) => isStacked ? sum(series, (one) => one.read(point) || 0)
    : Math.max(0, ...series.map((one) => one.read(point) || 0)));
  const top = roundUp(Math.max(0, ...tops));
  const y = (value) => (height - bottom) * (1 - value / top) + 2;
  const parts = [];
  for (const share of [0, 0.5, 1]) {
    parts.push(make("line", { class: "grid", x1: left, x2: width, y1: y(top * share), y2: y(top * share) }));
    parts.push(make("text", { x: left - 6, y: y(top * share) + 4, "text-anchor": "end" }, number(top * share)));
  }
  for (const minutes of width < 420 ? [4, 2] : [4, 3, 2, 1]) {
    parts.push(make("text", { x: x(end - minutes * MINUTE), y: height - 3, "text-anchor": "middle" }, `−${minutes} min`));
  }
  const floor = points.map(() => 0);
  for (const one of series) {
    if (isStacked) {
      const upper = points.map((point, place) => floor[place] + (one.read(point) || 0));
      if (points.length > 1) {
        const there = points.map((point, place) => `${x(point.time).toFixed(1)},${y(upper[place]).toFixed(1)}`);
        const back = points.map((point, place) => `${x(point.time).toFixed(1)},${y(floor[place]).toFixed(1)}`).reverse();
        parts.push(make("path", { class: "area " + one.style, d: `M${there.join("L")}L${back.join("L")}Z` }));
      }
      upper.forEach((value, place) => { floor[place] = value; });
    } else {
      let path = "", isDown = false;
      for (const point of points) {
        const value = one.read(point);
        if (value === null) { isDown = false; continue; }
        path += `${isDown ? "L" : "M"}${x(point.time).toFixed(1)},${y(value).toFixed(1)}`;
        isDown = true;
      }
      if (path) parts.push(make("path", { class: one.style, d: path }));
    }
  }
  const last = points[points.length - 1];
  const words = last ? series.map((one) => `${one.name} ${number(one.read(last))}`).join(", ") : "no data yet";
  drawing.setAttribute("aria-label", `Last five minutes${unit ? " in " + unit : ""}. Now: ${words}.`);
  drawing.replaceChildren(...parts);
  const keys = element(id + "-keys");
  if (!keys.childElementCount) for (const one of series) keys.append(make("i", { class: one.style }), one.name);
}

const status = (name, digit) => ({ name, style: "s" + digit, read: (point) => rate(point, point["s" + digit]) });
const CHARTS = [
  ["requests", [status("2xx", 2), status("3xx", 3), status("4xx", 4), status("5xx", 5)], true, "requests per second"],
  ["latency", [
    { name: "median", style: "la", read: (point) => point.p50 }, { name: "95 %", style: "lb", read: (point) => point.p95 },
    { name: "99 %", style: "lc", read: (point) => point.p99 }], false, "milliseconds"],
  ["records", [
    { name: "delivered", style: "la", read: (point) => rate(point, point.delivered) },
    { name: "failed or refused", style: "lc", read: (point) => rate(point, point.failed + point.refused) }], false,
    "records per second"],
  ["queue", [{ name: "waiting", style: "lb", read: (point) => point.queued }], false, "records"],
];

function tile(id, value, level = "") {
  const shown = element(id);
  shown.textContent = value;
  shown.className = level;
}

/** The percentiles of the last minute: the worst second of it would frighten, the last one would flicker. */
function weighted(list, name) {
  const known = list.filter((point) => point[name] !== null);
  const total = sum(known, requests);
  return total ? sum(known, (point) => point[name] * requests(point)) / total : null;
}

function drawTiles() {
  const minute = points.filter((point) => point.time > latest.node.now - MINUTE);
  const recent = points.slice(-3);
  const time = sum(recent, (point) => point.span);
  const perSecond = (read) => time ? sum(recent, read) * 1000 / time : null;
  tile("rate", number(perSecond(requests)));
  const all = sum(minute, requests), errors = sum(minute, (point) => point.s5);
  tile("errors", all ? (100 * errors / all).toFixed(errors && errors / all < 0.001 ? 3 : 1) + " %" : "–",
    errors ? (errors / all > 0.01 ? "bad" : "warn") : "");
  tile("p50", number(weighted(minute, "p50")));
  tile("p99", number(weighted(minute, "p99")));
  tile("connections", number(latest.connections.active));
  text("connections-more", `of clients, ${number(latest.connections.upstream)} to services`);
  tile("memory", (latest.node.memory / 1048576).toFixed(1));
  tile("delivered", number(perSecond((point) => point.delivered)));
  const queued = sum(latest.clusters, (cluster) => cluster.producer.queued);
  const isFull = latest.clusters.some((cluster) => cluster.producer.queued > cluster.producer.queue_limit * 0.8);
  tile("queued", number(queued), isFull ? "bad" : "");
  const oldest = Math.max(0, ...latest.clusters.map((cluster) => cluster.producer.oldest_age));
  tile("oldest", number(oldest), oldest > 5 ? "warn" : "");
  const failed = sum(minute, (point) => point.failed + point.refused);
  tile("failed", number(failed), failed ? "bad" : "");
}

function row(...cells) {
  return make("tr", {}, ...cells.map(([value, style]) => make("td", style ? { class: style } : {}, String(value))));
}

function table(caption, heads, rows) {
  const head = make("tr", {}, ...heads.map(([name, style]) => make("th", { scope: "col", class: style || "" }, name)));
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    make("table", {}, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...rows)));
}

const fault = (error) => `${error.name}: ${error.message}` + (error.at ? ` (${ago(error.at * 1000)})` : "");

function drawClusters() {
  const held = document.activeElement, place = held ? [...document.querySelectorAll("#clusters [tabindex]")].indexOf(held) : -1;
  const cards = latest.clusters.map((cluster) => {
    const name = cluster.names.join(", ") || cluster.bootstrap_servers.join(", ");
    const isKnown = cluster.brokers.some((broker) => broker.state !== "unknown");
    const state = cluster.up ? ["up", "up"] : isKnown ? ["down", "no broker reached"] : ["unknown", "not reached yet"];
    const card = make("article", { class: "cluster" }, make("h3", {}, name,
      make("span", { class: "pill " + state[0] }, state[1]),
      make("span", { class: "muted" }, cluster.bootstrap_servers.join(", "))));
    const error = cluster.producer.last_error || cluster.last_error;
    if (error && (!cluster.up || cluster.producer.consecutive_failures)) {
      card.append(make("p", { class: "fault" }, "Last error: " + fault(error)));
    }
    card.append(table("Brokers", [["Broker"], ["State"], ["Round trip, ms", "number"], ["Last error"]],
      cluster.brokers.map((broker) => row([broker.name],
        [broker.state, broker.state === "up" ? "up" : broker.failing ? "down" : "unknown"],
        [broker.round_trip ? number(broker.round_trip.average_us / 1000) : "–", "number"],
        [broker.last_error ? fault(broker.last_error) : "–", "long"]))));
    card.append(table("Topics", [["Topic"], ["Delivered", "number"], ["Waiting", "number"], ["Failed", "number"],
      ["Refused", "number"]],
      cluster.topics.map((topic) => row([topic.name], [number(topic.delivered), "number"],
        [number(topic.queued), "number"], [number(topic.failed), topic.failed ? "number down" : "number"],
        [number(topic.refused), topic.refused ? "number down" : "number"]))));
    return card;
  });
  element("clusters").replaceChildren(...(cards.length ? cards
    : [make("p", { class: "muted" }, "No plugin uses a Kafka cluster.")]));
  // What had the keyboard keeps it.
  if (place >= 0) document.querySelectorAll("#clusters [tabindex]")[place]?.focus({ preventScroll: true });
}

function drawConfiguration() {
  const plugins = latest.configuration.plugins || [];
  element("plugins").replaceChildren(...(plugins.length
    ? plugins.map((plugin) => row([plugin.name], [plugin.enabled, "number"], [plugin.configured, "number"]))
    : [make("tr", {}, make("td", { colspan: "3", class: "muted" }, "none"))]));
  element("entities").replaceChildren(...Object.entries(latest.configuration.entities || {})
    .map(([name, count]) => row([name], [number(count), "number"])));
}

function draw() {
  if (!latest) return;
  const { node } = latest;
  text("host", node.host);
  text("version", node.version);
  document.title = `${node.host} – Sluice console`;
  text("uptime", "up for " + duration(node.now - node.started_at));
  text("log", `log level ${node.log_level}` + (node.log_lines_dropped ? `, ${node.log_lines_dropped} lines dropped` : ""));
  drawTiles();
  for (const each of CHARTS) chart(...each);
  drawClusters();
  drawConfiguration();
}

// MARK: What comes

function tell(state, words, notice = "") {
  element("dot").className = "dot " + state;
  if (element("readiness").textContent !== words) text("readiness", words);
  element("notice").hidden = !notice;
  if (element("notice").textContent !== notice) text("notice", notice);
}

function listen() {
  const stream = new EventSource("/events");
  stream.onmessage = (message) => {
    take(JSON.parse(message.data));
    tell(latest.node.readiness, latest.node.readiness);
    if (!isPaused) draw();
  };
  stream.onerror = () => {
    tell("lost", "not connected", "The node does not answer. What is shown is what it said last; trying again.");
    // A stream that was refused does not come back by itself.
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  };
}

function pause() {
  isPaused = !isPaused;
  element("pause").setAttribute("aria-pressed", isPaused);
  text("pause", isPaused ? "Resume" : "Pause");
  if (!isPaused) draw();
}

element("pause").addEventListener("click", pause);
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "p" && !event.ctrlKey && !event.metaKey && !event.altKey) pause();
});
addEventListener("resize", () => { if (!isPaused) draw(); });
listen();
