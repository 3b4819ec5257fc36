// Builds of the same kind over time, with the moments at which they became slower or faster.
views.trend = (() => {
  const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [900, 190, 76, 14, 16, 30];
  const METRICS = { wall: ["Wall time", "wall_s"], cpu: ["CPU time", "cpu_s"] };

  const chart = (metric) => {
    const { points, changes } = data.trend;
    const [title, field] = METRICS[metric];
    const known = points.map((point, at) => ({ point, at, value: point[field] })).filter(({ value }) => value !== null);
    if (known.length < 2) return dom.missing(`${title} was measured in fewer than two of these runs.`, record());
    const marks = timeAxis.amounts(Math.max(...known.map(({ value }) => value), 0.01));
    const most = marks[marks.length - 1];
    const x = (at) => LEFT + (at / Math.max(points.length - 1, 1)) * (WIDTH - LEFT - RIGHT);
    const y = (value) => HEIGHT - BOTTOM - (value / most) * (HEIGHT - TOP - BOTTOM);
    const own = changes.filter((change) => change.metric === metric);
    const levels = own.map((change, i) => {
      const to = own[i + 1]?.at ?? points.length;
      const from = i === 0 ? 0 : own[i - 1].at;
      const level = (first, last, value) =>
        svg("line", { class: "level", x1: x(first), x2: x(last), y1: y(value), y2: y(value) });
      return [
        i === 0 && level(from, change.at - 0.5, change.before_s),
        level(change.at - 0.5, to - 1, change.after_s),
        svg("line", {
          class: "change-line",
          x1: x(change.at - 0.5),
          x2: x(change.at - 0.5),
          y1: TOP,
          y2: HEIGHT - BOTTOM,
        }),
      ];
    });
    const dots = known.map(({ point, at, value }) =>
      svg(
        "circle",
        {
          class: point.is_quiet ? "point" : "point point-disturbed",
          cx: x(at).toFixed(1),
          cy: y(value).toFixed(1),
          r: 4,
        },
        svg(
          "title",
          {},
          `${format.duration(value)}, ${format.calendar(point.at)}${point.is_quiet ? "" : ", disturbed by other programs"}`,
        ),
      ),
    );
    const line = known
      .map(({ at, value }, i) => `${i === 0 ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`)
      .join("");
    const days = [0, Math.floor((points.length - 1) / 2), points.length - 1];
    return [
      el("h3", {}, title),
      el(
        "div",
        { class: "scroll-x", tabindex: "0", role: "region", "aria-label": `${title} over time` },
        svg(
          "svg",
          {
            class: "chart",
            viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
            role: "img",
            "aria-label": `${title} of ${format.count(known.length, "run")}: the table below says the same`,
          },
          marks.map((s) => [
            svg("line", { class: "axis-line", x1: LEFT, x2: WIDTH - RIGHT, y1: y(s), y2: y(s) }),
            svg("text", { class: "axis-text", x: LEFT - 8, y: y(s) + 4, "text-anchor": "end" }, format.duration(s)),
          ]),
          days.map((at, i) =>
            svg(
              "text",
              { class: "axis-text", x: x(at), y: HEIGHT - 8, "text-anchor": ["start", "middle", "end"][i] },
              format.calendar(points[at].at).slice(0, 10),
            ),
          ),
          levels,
          svg("path", { class: "trend-line", d: line }),
          dots,
        ),
      ),
    ];
  };

  const inWords = (change) => {
    const rose = change.after_s > change.before_s;
    const by = change.before_s > 0 ? ` (${format.change(change.after_s / change.before_s - 1)})` : "";
    const point = data.trend.points[change.at];
    const chance = change.p < 0.001 ? "less than 1 in 1,000" : format.percent(change.p);
    return el(
      "li",
      {},
      `${METRICS[change.metric][0]} `,
      el(
        "strong",
        {},
        `${rose ? "rose" : "fell"} from ${format.duration(change.before_s)} to ${format.duration(change.after_s)}${by}`,
      ),
      point ? [` with the run of ${format.calendar(point.at)} (`, code(point.run), ")"] : "",
      `; by chance: ${chance}.`,
    );
  };

  const asTable = () => {
    const columns = [
      { title: "Run", value: (point) => point.at, cell: (point) => code(point.run) },
      { title: "When", value: (point) => point.at, cell: (point) => format.calendar(point.at) },
      { title: "Wall", numeric: true, value: (point) => point.wall_s, cell: (point) => table.seconds(point.wall_s) },
      { title: "CPU", numeric: true, value: (point) => point.cpu_s, cell: (point) => table.seconds(point.cpu_s) },
      {
        title: "Units",
        numeric: true,
        minor: true,
        value: (point) => point.units,
        cell: (point) => format.number(point.units),
      },
      {
        title: "Disturbed",
        minor: true,
        value: (point) => (point.is_quiet ? 0 : 1),
        cell: (point) => (point.is_quiet ? "no" : "yes, or not known"),
      },
    ];
    return table.create({ caption: "Runs", columns, rows: data.trend.points, sort: [0, "descending"], page: 20 });
  };

  return () => {
    const { trend } = data;
    if (!trend) {
      return dom.missing(
        "A trend needs at least two recorded builds of the same kind. ",
        code(data.build.record),
        " records one each time.",
      );
    }
    return [
      el(
        "p",
        {},
        `${format.count(trend.points.length, "run")} of `,
        code(trend.command),
        ". Hollow points are runs that other programs disturbed, or of which nobody knows.",
      ),
      trend.changes.length > 0
        ? el("ul", { class: "changes" }, trend.changes.map(inWords))
        : el("p", { class: "note" }, "No change stands out from the ups and downs of these runs."),
      chart("wall"),
      chart("cpu"),
      el("details", { class: "alternative" }, el("summary", {}, "All runs as a table"), asTable()),
    ];
  };
})();
