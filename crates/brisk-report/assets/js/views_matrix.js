// Findings by effort and impact: what to do first stands high on the left.
views.matrix = (() => {
  const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [900, 420, 76, 20, 44];
  const NAMED = 12;
  const COLUMN = (WIDTH - LEFT) / 3;

  const MARKS = [0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 36000];

  const MEASURES = {
    wall: ["wall time saved (predicted)", words.wallSaved],
    cost: [data.build.cpu_s === null ? "unit time it costs now" : "CPU time it costs now", words.costSeconds],
  };

  // A logarithmic scale from the smallest value that counts to the largest.
  const scale = (values) => {
    const most = Math.max(...values);
    const least = Math.max(Math.min(...values), most / 10000, 0.001);
    const [low, high] = [
      Math.floor(Math.log10(least)),
      Math.max(Math.ceil(Math.log10(most)), Math.floor(Math.log10(least)) + 1),
    ];
    const y = (value) => {
      const share = (Math.log10(Math.max(value, least)) - low) / (high - low);
      return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
    };
    const marks = MARKS.filter((mark) => mark >= 10 ** low && mark <= 10 ** high);
    return { y, marks };
  };

  // Points of one column beside each other where they would lie on top of each other.
  const spread = (points) => {
    const placed = [];
    for (const point of points.sort((a, b) => b.value - a.value)) {
      const middle = LEFT + point.finding.effort * COLUMN + COLUMN / 2;
      const isFree = (x) => placed.every((other) => Math.hypot(other.x - x, other.y - point.y) > point.r + other.r + 2);
      let x = middle;
      for (let step = 1; !isFree(x) && step < 60; step += 1) {
        x = middle + (step % 2 ? 1 : -1) * Math.ceil(step / 2) * 9;
        if (Math.abs(x - middle) > COLUMN / 2 - 14) break;
      }
      point.x = Math.max(middle - COLUMN / 2 + 14, Math.min(middle + COLUMN / 2 - 14, x));
      placed.push(point);
    }
    return placed;
  };

  const dot = (point, rank, of) => {
    const { finding } = point;
    const label =
      `${rank + 1}, ${finding.title}: ${format.duration(point.value)} of ${of}, ${words.EFFORT[finding.effort]} effort, ` +
      `${words.SEVERITY[finding.severity]}`;
    return svg(
      "a",
      { href: `#finding-${finding.at}`, "aria-label": label, tabindex: rank < NAMED ? "0" : "-1" },
      svg("title", {}, label),
      svg("circle", {
        class: `dot dot-${finding.severity}`,
        cx: point.x.toFixed(1),
        cy: point.y.toFixed(1),
        r: point.r,
      }),
      rank < NAMED &&
        svg(
          "text",
          { class: "dot-rank", x: point.x.toFixed(1), y: (point.y + 4).toFixed(1), "text-anchor": "middle" },
          String(rank + 1),
        ),
    );
  };

  const picture = (priced, of) => {
    const { y, marks } = scale(priced.map((point) => point.value));
    priced.forEach((point, rank) => Object.assign(point, { y: y(point.value), r: rank < NAMED ? 11 : 5 }));
    const points = spread([...priced]);
    const columns = [0, 1, 2].map((effort) => [
      svg("rect", {
        class: `cell cell-${effort}`,
        x: LEFT + effort * COLUMN,
        y: TOP,
        width: COLUMN,
        height: HEIGHT - TOP - BOTTOM,
      }),
      svg(
        "text",
        { class: "axis-text", x: LEFT + effort * COLUMN + COLUMN / 2, y: HEIGHT - 18, "text-anchor": "middle" },
        `${words.EFFORT[effort]} (${words.EFFORT_TIME[effort]})`,
      ),
    ]);
    const lines = marks.map((mark) => [
      svg("line", { class: "axis-line", x1: LEFT, x2: WIDTH, y1: y(mark), y2: y(mark) }),
      svg("text", { class: "axis-text", x: LEFT - 8, y: y(mark) + 4, "text-anchor": "end" }, format.duration(mark)),
    ]);
    return el(
      "div",
      { class: "scroll-x", tabindex: "0", role: "region", "aria-label": "Matrix" },
      svg(
        "svg",
        {
          class: "matrix",
          viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
          role: "group",
          "aria-label": `Findings by effort and ${of}`,
        },
        columns,
        lines,
        points.map((point) => dot(point, priced.indexOf(point), of)),
      ),
    );
  };

  const legend = (priced) =>
    el(
      "ol",
      { class: "matrix-legend" },
      priced
        .slice(0, NAMED)
        .map(({ finding, value }) =>
          el(
            "li",
            {},
            el("a", { href: `#finding-${finding.at}` }, name(finding.title)),
            el("span", { class: "note" }, ` ${format.duration(value)}, ${words.EFFORT[finding.effort]}`),
          ),
        ),
    );

  const counts = () =>
    el(
      "table",
      { class: "counts" },
      el("caption", {}, "How many, by severity and effort"),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          el("td"),
          words.EFFORT.map((word) => el("th", { scope: "col", class: "numeric" }, word)),
        ),
      ),
      el(
        "tbody",
        {},
        [2, 1, 0].map((level) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, words.SEVERITY[level]),
            [0, 1, 2].map((effort) => {
              const n = findings.filter((finding) => finding.severity === level && finding.effort === effort).length;
              return el("td", { class: "numeric" }, n === 0 ? "–" : format.number(n));
            }),
          ),
        ),
      ),
    );

  return () => {
    if (findings.length === 0) return dom.missing("There is no finding to place.", units.n === 0 ? record() : "");
    const shown = el("div", { class: "stack" });
    const draw = (key) => {
      const [of, measure] = MEASURES[key];
      const priced = findings
        .map((finding) => ({ finding, value: measure(finding) }))
        .filter(({ value }) => value > 0)
        .sort((a, b) => b.value - a.value);
      const left = findings.length - priced.length;
      dom
        .clear(shown)
        .append(
          ...[
            priced.length > 0 ? picture(priced, of) : dom.missing(`No finding has a number for ${of}.`, record()),
            left > 0
              ? el(
                  "p",
                  { class: "note" },
                  `${format.count(left, "finding")} without a number for it: in the list above.`,
                )
              : "",
            el("div", { class: "columns" }, legend(priced), counts()),
          ],
        );
    };
    const first = findings.filter((finding) => words.wallSaved(finding) > 0).length >= 3 ? "wall" : "cost";
    const select = el(
      "select",
      { onchange: (event) => draw(event.target.value) },
      Object.entries(MEASURES).map(([value, [words_]]) => el("option", { value, selected: value === first }, words_)),
    );
    draw(first);
    return [
      el(
        "div",
        { class: "tools" },
        el("label", { class: "field" }, "Impact ", select),
        el(
          "ul",
          { class: "legend", "aria-label": "Severity" },
          [2, 1, 0].map((level) =>
            el("li", {}, el("span", { class: `swatch-dot dot-${level}` }), words.SEVERITY[level]),
          ),
        ),
      ),
      shown,
    ];
  };
})();
