// What is known of one unit, and the chain of units it waited for.
const unitDetails = (() => {
  const known = (s) => !Number.isNaN(s);

  // `12.3 s: 4.00 s front end, 8.30 s code generation`
  const phases = (unit) => {
    if (!known(units.duration[unit])) return "no time to rely on";
    const parts = units
      .segments(unit)
      .map(([from, to, phase]) => `${format.duration(to - from)} ${words.PHASE[phase]}`);
    return `${format.duration(units.duration[unit])}: ${parts.join(", ") || "nothing to see"}`;
  };

  const sentence = (unit) => {
    const cause = causes.waitedFor(unit);
    const waited = cause ? `, waited for ${units.label(cause.unit)}` : "";
    const critical = criticalPath.has.has(unit) ? ", on the critical path" : "";
    return `${units.fullLabel(unit)}, ${phases(unit)}${waited}${critical}`;
  };

  const facts = (unit) => {
    const why = units.why(unit);
    const status = units.status(unit);
    const failed = units.failed(unit);
    return [
      ["Time", phases(unit)],
      ["Started", known(units.start[unit]) ? `${format.duration(units.start[unit])} after the build's start` : null],
      ["CPU", known(units.cpu[unit]) ? format.duration(units.cpu[unit]) : "not measured"],
      ["Memory", units.rss(unit) === null ? null : `${format.bytes(units.rss(unit))} at most`],
      ["Wrote", units.bytes(unit) === null ? null : format.bytes(units.bytes(unit))],
      [
        "Target",
        [
          `${units.kind(unit)} `,
          name(units.target(unit)),
          `, ${units.mode(unit)}, for `,
          name(units.platform(unit)),
          units.profile(unit) ? [", profile ", name(units.profile(unit))] : "",
        ],
      ],
      ["Features", units.features(unit) ? name(units.features(unit)) : "none"],
      [
        "Status",
        why
          ? [
              `${status}: `,
              name(why.detail),
              why.because === null ? "" : [", because of ", name(units.label(why.because))],
            ]
          : status,
      ],
      ["Needed by", format.count(units.dependents[unit].length, "unit")],
      ["Failed", failed === null ? null : `with exit code ${failed}`],
    ].filter(([, value]) => value !== null);
  };

  // A wait that short is Cargo's own work between two units.
  const NO_WAIT_S = 0.05;

  const link = ({ unit, cause, idle }, jump) => {
    const waited = cause && cause.until === "metadata" ? "its metadata was written" : "it ended";
    const then = idle > NO_WAIT_S ? `, and then ${format.duration(idle)} for a job` : "";
    return el(
      "li",
      {},
      el(
        "button",
        { type: "button", class: "link", onclick: () => jump(unit) },
        name(dom.short(units.fullLabel(unit), 90)),
      ),
      " ",
      el(
        "span",
        { class: "note" },
        known(units.duration[unit]) ? format.duration(units.duration[unit]) : "no time",
        cause
          ? [" · waited until ", name(dom.short(units.label(cause.unit), 60)), `: ${waited}${then}`]
          : " · waited for no other unit",
      ),
    );
  };

  const SHOWN = 12;
  const chain = (unit, jump) => {
    const links = causes.chain(unit);
    const rest = links.slice(SHOWN);
    return el(
      "div",
      { class: "chain" },
      el("h4", {}, "What it waited for, back to the first unit"),
      el(
        "ol",
        {},
        links.slice(0, SHOWN).map((each) => link(each, jump)),
      ),
      rest.length > 0 &&
        el(
          "details",
          {},
          el("summary", {}, `${format.number(rest.length)} more`),
          el(
            "ol",
            { start: SHOWN + 1 },
            rest.map((each) => link(each, jump)),
          ),
        ),
    );
  };

  const of = (unit, jump) => {
    const heading = el(
      "h3",
      {},
      name(units.fullLabel(unit)),
      criticalPath.has.has(unit) && el("span", { class: "badge" }, "◆ critical path"),
    );
    return el(
      "div",
      { class: "details-of" },
      heading,
      el(
        "div",
        { class: "columns" },
        el(
          "dl",
          { class: "facts" },
          facts(unit).map(([term, value]) => [el("dt", {}, term), el("dd", {}, value)]),
        ),
        chain(unit, jump),
      ),
    );
  };

  const hint = () => el("p", { class: "note" }, "Choose a unit to see what it did, and what it waited for.");

  return { of, phases, sentence, hint };
})();
