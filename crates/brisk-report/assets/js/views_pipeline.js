// The stages of a build, from Cargo's start to the last program: how long each took, and when.
views.pipeline = (() => {
  const STAGES = {
    before: ["Before the first unit", "Cargo resolves, and checks what is fresh"],
    front: ["Front ends", "parsing, macros, types, borrows: up to metadata"],
    back: ["Code generation", "LLVM"],
    link: ["Linkers", "programs, tests, build scripts and macros"],
    script: ["Build scripts", "their runs"],
    unsplit: ["rustc, not split by phase", "the source does not tell its phases"],
    after: ["After the last unit", "programs and tests that ran, and Cargo's end"],
  };
  const UNKNOWN = () => el("span", { class: "unknown" }, "not measured");
  const seconds = (s) => (s === null ? UNKNOWN() : format.duration(s));

  const cpu = (stage) => {
    if (stage.cpu_s === null) return UNKNOWN();
    const part = stage.n_cpu < stage.n ? ` of ${format.number(stage.n_cpu)} of ${format.count(stage.n, "unit")}` : "";
    return `${format.duration(stage.cpu_s)}${part}`;
  };

  // What no unit of this build does is none, and not something that nobody measured.
  const isNone = (stage) =>
    stage.n === 0 && (stage.key === "script" || (stage.key === "link" && !units.main.some(units.links)));

  const row = (stage) => {
    const [title, note] = STAGES[stage.key];
    const of = (cell) => (isNone(stage) ? "none" : cell);
    const phase = words.PHASE[stage.key]
      ? el("span", { class: `swatch swatch-${stage.key}` })
      : el("span", { class: "swatch swatch-none" });
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, phase, title, el("span", { class: "note block" }, note)),
      el("td", { class: "numeric" }, of(seconds(stage.wall_s))),
      el("td", { class: "numeric" }, of(words.PHASE[stage.key] ? seconds(stage.unit_s) : "–")),
      el("td", { class: "numeric" }, of(cpu(stage))),
      el("td", { class: "numeric minor" }, stage.n > 0 ? format.number(stage.n) : ""),
    );
  };

  // How many units were in each phase over time, one band above the other.
  const bands = () => {
    const [WIDTH, HEIGHT, BUCKETS] = [1000, 26, 250];
    const byPhase = new Map();
    for (const unit of units.main) {
      for (const [from, to, phase] of units.segments(unit)) {
        if (!byPhase.has(phase)) byPhase.set(phase, []);
        byPhase.get(phase).push([from, to]);
      }
    }
    const from = Math.min(0, units.start[units.main[0]]);
    const to = units.main.reduce((most, unit) => Math.max(most, units.end[unit]), from) || 1;
    const phases = Object.keys(words.PHASE).filter((phase) => byPhase.has(phase));
    return phases.map((phase) => {
      const quantity = openOverTime(byPhase.get(phase));
      const step = (to - from) / BUCKETS;
      const high = Array.from({ length: BUCKETS }, (_, i) => quantity.mean(from + i * step, from + (i + 1) * step));
      const most = Math.max(...high, 1);
      const points = high.map((value, i) => {
        const y = (HEIGHT - (value / most) * HEIGHT).toFixed(1);
        return `L${(i * WIDTH) / BUCKETS} ${y}L${((i + 1) * WIDTH) / BUCKETS} ${y}`;
      });
      const words_ = `${words.PHASE[phase]}: at most ${format.ratio(quantity.largest)} at once`;
      return el(
        "div",
        { class: "band" },
        el("span", { class: "band-name" }, words.PHASE[phase]),
        svg(
          "svg",
          {
            class: `band-area phase-${phase}`,
            viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
            preserveAspectRatio: "none",
            role: "img",
            "aria-label": words_,
          },
          svg("path", { d: `M0 ${HEIGHT}${points.join("")}L${WIDTH} ${HEIGHT}Z` }),
        ),
        el("span", { class: "band-most note" }, `at most ${format.number(quantity.largest)}`),
      );
    });
  };

  const axis = () => {
    const to = units.main.reduce((most, unit) => Math.max(most, units.end[unit]), 0);
    const from = Math.min(0, units.start[units.main[0]]);
    const marks = timeAxis.marks({ from, to, width: 600 }, 90);
    return el(
      "div",
      { class: "band band-axis", "aria-hidden": "true" },
      el("span", { class: "band-name" }),
      el(
        "div",
        { class: "axis" },
        marks.map(([at, label]) =>
          el("span", { style: { left: `${((at - from) / (to - from || 1)) * 100}%` } }, label),
        ),
      ),
      el("span", { class: "band-most" }),
    );
  };

  const programs = () => {
    const { programs: ran } = data;
    if (!ran) return null;
    const failed = ran.n_failed > 0 ? `, ${format.number(ran.n_failed)} failed` : "";
    const columns = [
      { title: "Program", value: (row) => text(row.program), cell: (row) => name(text(row.program)) },
      { title: "Wall", numeric: true, value: (row) => row.wall_s, cell: (row) => table.seconds(row.wall_s) },
      { title: "CPU", numeric: true, value: (row) => row.cpu_s, cell: (row) => table.seconds(row.cpu_s) },
      {
        title: "Memory",
        numeric: true,
        minor: true,
        value: (row) => row.max_rss_bytes,
        cell: (row) => table.bytes(row.max_rss_bytes),
      },
      {
        title: "Exit code",
        numeric: true,
        value: (row) => row.exit_code,
        cell: (row) => (row.exit_code === null ? "–" : String(row.exit_code)),
      },
    ];
    return [
      el("h3", {}, "Programs that ran"),
      el("p", {}, `${format.count(ran.n, "program")} for ${format.duration(ran.wall_s)}${failed}.`),
      table.create({ caption: "Programs that ran", columns, rows: ran.longest, sort: [1, "descending"] }),
    ];
  };

  const packages = () => {
    const { crate_files: files } = data;
    return files && el("p", {}, `Package files: ${format.bytes(files.bytes)} in ${format.count(files.files, "file")}.`);
  };

  const sizes = () => {
    if (data.artifacts.length === 0) {
      return [
        el("h3", {}, "What was produced"),
        dom.missing("No program or library of known size was linked for the workspace in this build."),
        packages(),
      ];
    }
    const most = data.artifacts[0][1] || 1;
    return [
      el("h3", {}, "What was produced"),
      el(
        "ul",
        { class: "bars" },
        data.artifacts
          .slice(0, 12)
          .map(([unit, size]) =>
            el(
              "li",
              {},
              el("span", { class: "bar-name" }, name(units.fullLabel(unit))),
              el("span", { class: "bar-value" }, format.bytes(size)),
              el(
                "span",
                { class: "bar" },
                el("span", { class: "bar-fill", style: { width: `${(size / most) * 100}%` } }),
              ),
            ),
          ),
      ),
      packages(),
    ];
  };

  const render = () => {
    if (units.main.length === 0)
      return dom.missing("No unit of this build has a time, so its stages are not known.", record());
    const head = ["Stage", "Wall", "Unit time", "CPU", "Units"].map((title, at) =>
      el("th", { scope: "col", class: at === 0 ? null : at === 4 ? "numeric minor" : "numeric" }, title),
    );
    const shown = data.stages.filter((stage) => stage.key !== "unsplit" || stage.n > 0);
    return [
      el("div", { class: "bands" }, bands(), axis()),
      el(
        "div",
        { class: "scroll-x", tabindex: "0", role: "region", "aria-label": "Stages" },
        el(
          "table",
          { class: "stages" },
          el("caption", { class: "visually-hidden" }, "Stages of the build"),
          el("thead", {}, el("tr", {}, head)),
          el("tbody", {}, shown.map(row)),
        ),
      ),
      el(
        "p",
        { class: "note" },
        "Wall is the time in which at least one unit was in that stage: stages overlap, so these do ",
        "not add up. Unit time adds up what each unit took. CPU is what processors did for it.",
      ),
      programs(),
      sizes(),
    ];
  };
  return render;
})();
