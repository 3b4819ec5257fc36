// Findings as switches: every combination was played out when the page was made, and is shown as it came out.
const switches = (() => {
  const { board } = data;
  const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
  const GONE = "!";
  // Shorter than this share of the build is not drawn, as long as enough rows are left.
  const [SHORT, ENOUGH] = [1 / 200, 12];

  // The moments of a combination: for each unit start, end of its front end and end, in levels of two digits, or a mark for
  // a unit that is not built.
  const decode = (packed) => {
    const spans = [];
    for (let at = 0; at < packed.length;) {
      if (packed[at] === GONE) {
        spans.push(null);
        at += 1;
        continue;
      }
      const moment = (place) =>
        (DIGITS.indexOf(packed[place]) * 64 + DIGITS.indexOf(packed[place + 1])) * board.level_s;
      spans.push([moment(at), moment(at + 2), moment(at + 4)]);
      at += 6;
    }
    return spans;
  };

  const source = (mask) => {
    const packed = board.combinations[mask].spans;
    if (packed === null) return null;
    const spans = decode(packed);
    const segments = (unit) => {
      const span = spans[unit];
      if (!span) return [];
      const [start, front, end] = span;
      const parts = units.isScript(unit)
        ? [[start, end, "script"]]
        : [
            [start, front, "front"],
            [front, end, "back"],
          ];
      const some = parts.filter(([from, to]) => to > from);
      return some.length ? some : [[start, end, "unsplit"]];
    };
    const built = spans
      .flatMap((span, unit) => (span ? [unit] : []))
      .sort((a, b) => spans[a][0] - spans[b][0] || a - b);
    // The many short ones would hide what the others do.
    const isLong = (unit) => spans[unit][2] - spans[unit][0] >= longest() * SHORT;
    const long = built.filter(isLong);
    const rows = long.length >= ENOUGH ? long : built;
    return { rows, segments, label: units.fullLabel, isCritical: () => false, built: built.length };
  };

  // How many units are built, and how many of them are drawn.
  const counted = ({ rows, built }) => {
    const all = `${format.count(built, "unit")} built`;
    if (rows.length === built) return all;
    return `${all}; the ${format.number(rows.length)} that take ${format.duration(longest() * SHORT)} or longer are drawn`;
  };

  const longest = () =>
    board.combinations.reduce((most, each) => Math.max(most, each.wall_s?.[2] ?? 0), board.level_s * 4095);

  // A number before and after, each with its range, on one scale.
  const compared = (title, before, after) => {
    if (!before || !after)
      return el("div", { class: "compared" }, el("h3", {}, title), el("p", { class: "note" }, "not measured"));
    const most = Math.max(before[2], after[2]) || 1;
    const bar = (label, [low, mid, high], kind) =>
      el(
        "div",
        { class: "compared-row" },
        el("span", { class: "compared-name" }, label),
        el(
          "span",
          { class: "compared-track", "aria-hidden": "true" },
          el("span", { class: `compared-bar compared-${kind}`, style: { width: `${(mid / most) * 100}%` } }),
          el("span", {
            class: "compared-range",
            style: { left: `${(low / most) * 100}%`, width: `${((high - low) / most) * 100}%` },
          }),
        ),
        el("span", { class: "compared-value" }, format.durationRange(low, high)),
      );
    const delta = before[1] > 0 ? after[1] / before[1] - 1 : NaN;
    return el(
      "div",
      { class: "compared" },
      el(
        "h3",
        {},
        title,
        el(
          "span",
          { class: `delta${delta < 0 ? " delta-good" : ""}` },
          before === after ? "" : ` ${format.change(delta)}`,
        ),
      ),
      bar("before", before, "before"),
      bar("after", after, "after"),
    );
  };

  const caption = (words_, mask) => {
    const { wall_s: wall } = board.combinations[mask];
    return el("figcaption", {}, el("strong", {}, words_), ` ${format.durationRange(wall[0], wall[2])}`);
  };

  const figure = (words_, help) => {
    const node = el("figure", { class: "side" });
    let gantt = null;
    const show = (mask) => {
      const shown = source(mask);
      const span = [0, longest()];
      if (shown && gantt) gantt.show({ ...shown, span });
      else if (shown)
        gantt = new Gantt(
          { ...shown, span },
          { title: words_, help, height: 352, gutter: 190, narrow: 440, on: hover(() => gantt, node) },
        );
      const units_ = shown ? counted(shown) : null;
      dom
        .clear(node)
        .append(
          caption(words_, mask),
          shown
            ? gantt.node
            : dom.missing(
                "The picture of this combination is not in the file, to keep it small. Its numbers are above.",
              ),
        );
      if (units_) node.append(el("p", { class: "note" }, units_));
    };
    return { node, show };
  };

  // The name and the time of the row below the pointer, under the picture.
  const hover = (gantt, node) => {
    const say = (unit) => {
      const note = node.querySelector(".note:last-child");
      if (!note || unit === null) return;
      const segments = gantt().source.segments(unit);
      const s = segments[segments.length - 1][1] - segments[0][0];
      dom
        .clear(note)
        .append(name(units.fullLabel(unit)), ` ${format.duration(s)}, from ${format.duration(segments[0][0])}`);
    };
    return {
      hover: say,
      select: (unit) => {
        gantt().select(unit);
        say(unit);
        if (unit !== null) dom.announce(units.fullLabel(unit));
      },
    };
  };

  const render = () => {
    const n = board.switches.length;
    if (n === 0)
      return dom.missing("No finding of this build can be switched off in a simulation: none of them takes units out.");
    let mask = 0;
    const numbers = el("div", { class: "compared-all", role: "status" });
    const before = figure("As it was recorded, played out", "switches-help");
    const after = figure("With what is switched on", "switches-help");
    const boxes = board.switches.map((each, at) =>
      el("input", {
        type: "checkbox",
        onchange: (event) => set(event.target.checked ? mask | (1 << at) : mask & ~(1 << at)),
      }),
    );
    const set = (to) => {
      mask = to;
      boxes.forEach((box, at) => {
        box.checked = (mask & (1 << at)) !== 0;
      });
      const [was, is] = [board.combinations[0], board.combinations[mask]];
      dom
        .clear(numbers)
        .append(compared("Wall time", was.wall_s, is.wall_s), compared("CPU time", was.cpu_s, is.cpu_s));
      after.show(mask);
    };
    before.show(0);
    set(0);
    const button = (words_, to) => el("button", { type: "button", onclick: () => set(to) }, words_);
    return el(
      "div",
      { class: "switchboard" },
      el(
        "fieldset",
        {},
        el("legend", {}, "What if these were cured?"),
        boxes.map((box, at) =>
          el("label", { class: "switch" }, box, name(dom.short(text(board.switches[at].title), 160))),
        ),
        el("div", { class: "buttons" }, button("All on", (1 << n) - 1), button("All off", 0)),
      ),
      numbers,
      el(
        "p",
        { class: "note", id: "switches-help" },
        "Both pictures have the same time axis. Each combination was played out by the simulator; numbers are ranges in which nine of ten measurements should lie.",
      ),
      el("div", { class: "sides" }, before.node, after.node),
    );
  };

  return { render };
})();
