// What changes are worth before anyone makes them: one by one, on top of each other, and as switches with two waterfalls.
views["what-if"] = (() => {
  const { outlook, board } = data;

  const host = () => `${format.count(outlook.jobs, "job")} on ${format.count(outlook.processors, "processor")}`;

  const base = () => {
    const costs =
      outlook.cost_basis === "cpu"
        ? "CPU time as recorded"
        : "the time of units, since CPU time was not measured: a recording is a better base";
    return el(
      "p",
      {},
      "Predicted from run ",
      code(outlook.run),
      `, ${host()}, with ${costs}. It took `,
      outlook.measured_wall_s === null ? "an unknown time" : format.duration(outlook.measured_wall_s),
      `; played out as it is, ${format.duration(outlook.wall_s)}, which changes are compared with. No schedule of the same `,
      `work is faster than ${format.duration(outlook.bound_s)}.`,
      outlook.is_disturbed &&
        ` Other programs used ${format.percent(outlook.foreign_cpu)} of the machine meanwhile, so ranges are wide.`,
    );
  };

  // How a range of changes lies between nothing and the most that any of them saves.
  const rangeBar = ([low, mid, high], least, most) => {
    const at = (share) => `${((share - least) / (most - least || 1)) * 100}%`;
    const [from, to] = [Math.max(least, low), Math.min(most, high)];
    return el(
      "div",
      { class: "range", "aria-hidden": "true" },
      el("div", { class: "range-zero", style: { left: at(0) } }),
      el("div", {
        class: "range-band",
        style: { left: at(from), width: `${((to - from) / (most - least || 1)) * 100}%` },
      }),
      el("div", { class: "range-mid", style: { left: at(mid) } }),
    );
  };

  const caveats = (scenario) => {
    const all = [
      ...scenario.caveats.map(text),
      ...(scenario.is_unverified ? ["no build on so many processors is on record"] : []),
    ];
    return all.length === 0
      ? ""
      : el(
          "details",
          { class: "inline" },
          el("summary", {}, format.count(all.length, "caveat")),
          el(
            "ul",
            {},
            all.map((each) => el("li", {}, name(each))),
          ),
        );
  };

  const scenarios = (caption, rows, sort) => {
    const deltas = rows.flatMap((row) => row.wall_delta ?? []);
    const [least, most] = [Math.min(0, ...deltas), Math.max(0, ...deltas)];
    const mid = (range) => (range === null ? null : range[1]);
    const delta = (range) => (range === null ? "–" : format.changeRange(range[0], range[2]));
    const columns = [
      { title: "Change", value: (row) => text(row.name), cell: (row) => name(dom.short(text(row.name), 140)) },
      { title: "Wall time", numeric: true, value: (row) => mid(row.wall_delta), cell: (row) => delta(row.wall_delta) },
      {
        title: "Range",
        minor: true,
        value: (row) => mid(row.wall_delta),
        cell: (row) => (row.wall_delta === null ? "–" : rangeBar(row.wall_delta, least, most)),
      },
      {
        title: "Then",
        numeric: true,
        value: (row) => mid(row.wall_s),
        cell: (row) => (row.wall_s === null ? "–" : format.durationRange(row.wall_s[0], row.wall_s[2])),
      },
      { title: "CPU time", numeric: true, value: (row) => mid(row.cpu_delta), cell: (row) => delta(row.cpu_delta) },
      {
        title: "Units gone",
        numeric: true,
        minor: true,
        value: (row) => row.n_removed,
        cell: (row) => format.number(row.n_removed),
      },
      { title: "Basis", minor: true, value: (row) => row.basis, cell: (row) => words.basis(row.basis) },
    ];
    const hasCaveats = rows.some((row) => row.caveats.length > 0 || row.is_unverified);
    const more = { title: "Caveats", minor: true, value: (row) => row.caveats.length, cell: caveats };
    return table.create({ caption, columns: hasCaveats ? [...columns, more] : columns, rows, sort, page: 10 });
  };

  const KINDS = [
    ["asked", "All that was asked for", "Everything at once."],
    ["part", "Its parts", "Each of several changes alone."],
    ["finding", "One by one", "The cure of each finding alone, most wall time saved first."],
    ["cumulative", "On top of each other", "The same cures in the best order: each row has all before it as well."],
    ["free", "If a package took no time", "How much a package could be worth at most, whatever is done about it."],
  ];

  const tables = () =>
    KINDS.map(([kind, title, note]) => {
      const rows = outlook.scenarios.filter((scenario) => scenario.kind === kind);
      return rows.length > 0 && [el("h3", {}, title), el("p", { class: "note" }, note), scenarios(title, rows, null)];
    });

  const problems = () =>
    outlook.problems.length > 0 &&
    el(
      "ul",
      { class: "note" },
      outlook.problems.map((each) => el("li", {}, name(text(each)))),
    );

  return () => {
    if (!outlook && !board) {
      return dom.missing(
        "Nothing was recorded to predict from.",
        " ",
        code(data.build.record),
        " records a build with its costs; ",
        code("cargo brisk what-if"),
        " then says what each change is worth.",
      );
    }
    return [outlook && base(), board && switches.render(), outlook && tables(), outlook && problems()];
  };
})();
