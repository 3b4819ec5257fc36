// The waterfall: when each unit was built, what it waited for, and how busy the machine was.
views.waterfall = (() => {
  const ORDERS = {
    start: ["start", (a, b) => units.start[a] - units.start[b] || a - b],
    duration: ["duration", (a, b) => units.duration[b] - units.duration[a] || a - b],
    package: ["package", (a, b) => units.label(a).localeCompare(units.label(b)) || a - b],
  };
  const SHOWN = {
    all: ["all units", () => true],
    critical: ["the critical path", (unit) => criticalPath.has.has(unit)],
    members: ["members", (unit) => units.isMember(unit)],
    scripts: ["build scripts", (unit) => units.isScript(unit)],
    linkers: ["what was linked", (unit) => units.links(unit)],
  };

  const select = (label, options, onchange) =>
    el(
      "label",
      { class: "field" },
      `${label} `,
      el(
        "select",
        { onchange: (event) => onchange(event.target.value) },
        Object.entries(options).map(([value, [words]]) => el("option", { value }, words)),
      ),
    );

  const strips = () => {
    const { build, cpu_samples: samples } = data;
    const atWork = openOverTime(units.main.map((unit) => [units.start[unit], units.end[unit]]));
    const jobs = build.jobs;
    const first = {
      label: jobs === null ? "units at work" : `units at work, ${format.count(jobs, "job")}`,
      quantity: atWork,
      full: jobs,
      phase: "accent",
    };
    if (!samples) return [first];
    const starts = [samples.from, ...samples.at.slice(0, -1)];
    const steps = samples.busy.map((busy, i) => ({ at: starts[i] * 1e-4, value: busy / 100 }));
    steps.push({ at: samples.at[samples.at.length - 1] * 1e-4, value: 0 });
    const { cores } = build.machine;
    const label = cores === null ? "processors busy" : `processors busy of ${format.number(cores)}`;
    return [first, { label, quantity: stepFunction(steps), full: cores, phase: "phase-unsplit" }];
  };

  const span = () => {
    const from = units.main.reduce((least, unit) => Math.min(least, units.start[unit]), 0);
    const to = units.main.reduce((most, unit) => Math.max(most, units.end[unit]), from);
    return [from, to > from ? to : from + 1];
  };

  const legend = () => {
    const there = new Set(units.main.flatMap((unit) => units.segments(unit).map(([, , phase]) => phase)));
    const phases = Object.entries(words.PHASE).filter(([phase]) => there.has(phase));
    return el(
      "ul",
      { class: "legend", "aria-label": "Colours" },
      phases.map(([phase, label]) => el("li", {}, el("span", { class: `swatch swatch-${phase}` }), label)),
      el("li", {}, el("span", { class: "swatch swatch-critical" }), "◆ on the critical path"),
    );
  };

  // Finds units by any part of their name, dims the others, and jumps from one to the next.
  const search = (view) => {
    let [found, at] = [[], -1];
    const count = el("span", { class: "count", role: "status" });
    const tell = () => {
      const of = `${format.number(found.length)} of ${format.number(view.gantt.source.rows.length)}`;
      count.textContent =
        view.query === "" ? "" : at < 0 ? of : `${format.number(at + 1)} of ${format.number(found.length)}`;
    };
    const update = () => {
      const query = view.query.toLowerCase();
      found = query ? view.gantt.source.rows.filter((unit) => units.fullLabel(unit).toLowerCase().includes(query)) : [];
      at = -1;
      view.gantt.state.matches = query ? new Set(found) : null;
      view.gantt.draw();
      tell();
    };
    const jump = (by) => {
      if (found.length === 0) return;
      at = at < 0 && by < 0 ? found.length - 1 : (at + by + found.length) % found.length;
      view.choose(found[at]);
      view.gantt.reveal(found[at]);
      tell();
    };
    const input = el("input", {
      type: "search",
      id: "waterfall-search",
      placeholder: "Find units",
      "aria-label": "Find units by name",
      oninput: (event) => {
        view.query = event.target.value.trim();
        update();
      },
      onkeydown: (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        jump(event.shiftKey ? -1 : 1);
      },
    });
    view.refind = update;
    return el(
      "div",
      { class: "search" },
      input,
      count,
      el("button", { type: "button", "aria-label": "Previous match", onclick: () => jump(-1) }, "↑"),
      el("button", { type: "button", "aria-label": "Next match", onclick: () => jump(1) }, "↓"),
    );
  };

  // Small words beside the pointer.
  const tip = (box) => {
    const node = el("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    box.append(node);
    return (unit, x, y) => {
      node.hidden = unit === null;
      if (unit === null) return;
      const cause = causes.waitedFor(unit);
      dom
        .clear(node)
        .append(
          el("strong", {}, name(dom.short(units.fullLabel(unit), 80))),
          el("span", {}, unitDetails.phases(unit)),
          el(
            "span",
            {},
            cause ? ["waited for ", name(dom.short(units.label(cause.unit), 60))] : "waited for no other unit",
          ),
        );
      const left = Math.min(x + 14, box.clientWidth - node.offsetWidth - 8);
      node.style.setProperty("left", `${Math.max(0, left)}px`);
      node.style.setProperty("top", `${y + 18}px`);
    };
  };

  const asTable = () => {
    const rows = Array.from({ length: units.n }, (_, unit) => unit);
    const of = (column) => (unit) => column[unit];
    const columns = [
      {
        title: "Unit",
        value: units.label,
        cell: (unit) =>
          el(
            "button",
            {
              type: "button",
              class: "link",
              onclick: () => jumpToUnit(unit),
            },
            name(dom.short(units.fullLabel(unit), 120)),
          ),
      },
      ...[
        ["Start", units.start],
        ["Duration", units.duration],
        ["Front end", units.front],
        ["Code generation", units.back],
        ["Linker", units.link],
        ["CPU", units.cpu],
      ].map(([title, column]) => ({
        title,
        numeric: true,
        value: of(column),
        cell: (unit) => table.seconds(column[unit]),
        minor: ["Front end", "Code generation", "Linker"].includes(title),
      })),
      { title: "Memory", numeric: true, minor: true, value: units.rss, cell: (unit) => table.bytes(units.rss(unit)) },
      {
        title: "On the path",
        value: (unit) => (criticalPath.has.has(unit) ? "yes" : "no"),
        cell: (unit) => (criticalPath.has.has(unit) ? "yes" : "no"),
      },
      { title: "Status", value: units.status, cell: (unit) => units.status(unit) },
    ];
    return table.create({ caption: "All units", columns, rows, filter: units.fullLabel, sort: [2, "descending"] });
  };

  let jumpToUnit = () => {};

  const help = "waterfall-help";
  const keys = () =>
    el(
      "p",
      { class: "note", id: help },
      "Ctrl and wheel or + and - zoom, a drag or ← and → move, ↑ and ↓ go from unit to unit, 0 shows all.",
    );

  const render = () => {
    if (units.main.length === 0) {
      return dom.missing("No unit of this build has a time to draw.", record());
    }
    const details = el("div", { class: "unit-details", id: "unit-details" }, unitDetails.hint());
    const view = { query: "" };
    const box = el("div", { class: "gantt-box" });
    const showTip = tip(box);
    view.choose = (unit) => {
      view.gantt.select(unit, unit === null ? [] : causes.chain(unit));
      dom.clear(details).append(unit === null ? unitDetails.hint() : unitDetails.of(unit, jumpToUnit));
      if (unit !== null) dom.announce(unitDetails.sentence(unit));
    };
    view.gantt = new Gantt(
      {
        rows: units.main,
        label: units.fullLabel,
        segments: units.segments,
        span: span(),
        strips: strips(),
        isCritical: (unit) => criticalPath.has.has(unit),
      },
      {
        title: `Waterfall of ${format.count(units.main.length, "unit")}`,
        help,
        height: 506,
        on: { select: view.choose, hover: (unit, x, y) => showTip(unit, x, y + view.gantt.headHeight) },
      },
    );
    jumpToUnit = (unit) => {
      if (!view.gantt.source.rows.includes(unit)) view.gantt.show({ rows: units.main });
      view.choose(unit);
      view.gantt.reveal(unit);
      box.scrollIntoView({ block: "nearest" });
    };
    const chosen = { order: "start", shown: "all" };
    const again = () => {
      const rows = units.main.filter(SHOWN[chosen.shown][1]).sort(ORDERS[chosen.order][1]);
      view.gantt.show({ rows });
      view.refind();
      dom.announce(`${format.count(rows.length, "unit")} shown`);
    };
    const tools = el(
      "div",
      { class: "tools" },
      search(view),
      select("Order by", ORDERS, (value) => {
        chosen.order = value;
        again();
      }),
      select("Show", SHOWN, (value) => {
        chosen.shown = value;
        again();
      }),
      ganttInput.buttons(view.gantt),
    );
    box.prepend(view.gantt.node);
    const left = units.n - units.main.length;
    return [
      tools,
      legend(),
      box,
      left > 0 &&
        el(
          "p",
          { class: "note" },
          `${format.count(left, "more unit")} of this build were fresh, built by `,
          "another command, or have no time: they are in the table.",
        ),
      !data.cpu_samples && el("p", { class: "note" }, "How busy the processors were was not measured.", record()),
      keys(),
      details,
      el("details", { class: "alternative" }, el("summary", {}, "All units as a table"), asTable()),
    ];
  };
  return render;
})();
