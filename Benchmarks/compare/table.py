"""The table that a run ends with."""

_COLUMNS = [
    ("", 40), ("req/s", 8), ("p50 ms", 7), ("p99 ms", 7), ("CPU µs", 7), ("x nginx", 8), ("rate", 6), ("broker µs", 10),
    ("RSS MB", 7)]


def _line(cells):
    text = ""
    for (_, width), cell in zip(_COLUMNS, cells):
        text += cell.ljust(width) if not text else " " + cell.rjust(width)
    return text.rstrip()


def _figure(figures, name, pattern):
    value = figures.get(name)
    return "" if value is None else pattern.format(value)


def write(rows, skipped):
    """The lines of the table, and whether every goal is met."""
    lines = [_line([title for title, _ in _COLUMNS])]
    goals = []
    for row in rows:
        figures = row.figures()
        if row.name == "memory":
            lines.append(_line([f"{row.title}, idle"] + [""] * 7 + [_figure(figures, "idle", "{:.1f}")]))
            lines.append(_line(
                [f"{row.title}, {row.connections:,} connections"] + [""] * 7
                + [_figure(figures, "crowded", "{:.1f}")]))
        elif row.name == "idle":
            for label, whose in (("plain", "without TLS"), ("tls", "with TLS")):
                own, peer = figures.get(label), figures.get(f"peer_{label}")
                lines.append(f"{row.title}, {whose}".ljust(_COLUMNS[0][1] + 8) + f"{own:.1f} KB, nginx {peer:.1f} KB")
        else:
            if "peer_cpu" in figures:
                peer = {
                    "routes": "one route", "schema": "no schema", "log": "no log", "away": "there",
                    "lua": "no script",
                    "prometheus": "no metrics", "traces": "no traces", "unsampled": "no traces"}.get(row.name, "nginx")
                lines.append(_line([
                    f"{row.title}: {peer}", _figure(figures, "peer_rate", "{:,.0f}"),
                    _figure(figures, "peer_p50", "{:.2f}"), _figure(figures, "peer_p99", "{:.2f}"),
                    _figure(figures, "peer_cpu", "{:.1f}"), "", "", "", _figure(figures, "peer_rss", "{:.1f}")]))
            if "bare_p50" in figures:
                lines.append(_line([
                    "bare librdkafka producer, 1,000 records/s", _figure(figures, "bare_rate", "{:,.0f}"),
                    _figure(figures, "bare_p50", "{:.2f}"), _figure(figures, "bare_p99", "{:.2f}")]))
            lines.append(_line([
                row.title, _figure(figures, "rate", "{:,.0f}"), _figure(figures, "p50", "{:.2f}"),
                _figure(figures, "p99", "{:.2f}"), _figure(figures, "cpu", "{:.1f}"),
                _figure(figures, "cpu_ratio", "{:.2f}"), _figure(figures, "rate_ratio", "{:.2f}"),
                _figure(figures, "broker_cpu", "{:.1f}"), _figure(figures, "rss", "{:.1f}")]))
        verdict = row.verdict(figures)
        if verdict:
            goals.append((row.name, *verdict))
    for title, reason in skipped:
        lines.append(f"{title.ljust(_COLUMNS[0][1])} skipped: needs {reason}")
    lines.append("")
    for name, text, met in goals:
        lines.append(f"{'PASS' if met else 'MISS'}  {name}: {text}")
    return lines, all(met for _, _, met in goals)
