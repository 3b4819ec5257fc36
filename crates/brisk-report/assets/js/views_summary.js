// The build in a few numbers, and what to do first. A view is a function that gives the nodes of its section.
const views = {};

// The command that measures such a build, as a sentence's end.
const record = () => [" ", code(data.build.record), " records a build."];

views.summary = (() => {
  const { build } = data;

  const tile = (title, value, ...notes) =>
    el(
      "div",
      { class: "tile" },
      el("dt", {}, title),
      el(
        "dd",
        {},
        value === null ? el("span", { class: "value unknown" }, "not measured") : el("span", { class: "value" }, value),
        notes.filter(Boolean).map((note) => el("span", { class: "note" }, note)),
      ),
    );

  const seconds = (s) => (s === null ? null : format.duration(s));

  const wall = () => {
    const assumed = build.is_jobs_assumed ? " (assumed)" : "";
    const jobs = build.jobs === null ? null : `with ${format.count(build.jobs, "job")}${assumed}`;
    const isPart = build.n_main < build.n_timed;
    const part = `of ${format.number(build.n_main)} of ${format.count(build.n_timed, "unit")}, which one command built`;
    return tile("Wall time", seconds(build.wall_s), jobs, isPart && part);
  };

  const cpu = () => {
    const parts =
      build.user_s === null ? null : `${format.duration(build.user_s)} user, ${format.duration(build.sys_s)} system`;
    const taken =
      build.capture_cpu_s === null ? null : `recording it took ${format.duration(build.capture_cpu_s)} more`;
    const of = build.cpu_basis === "units" ? "of all units together" : parts;
    return tile("CPU time", seconds(build.cpu_s), build.cpu_s === null ? "a recording measures it" : of, taken);
  };

  const unitCount = () => {
    const { fresh, dirty, new: fresher } = build.status;
    const kinds = [
      [fresher, "new"],
      [dirty, "rebuilt"],
      [fresh, "fresh"],
    ].filter(([n]) => n > 0);
    const without = units.n - build.n_timed - fresh;
    return tile(
      "Units",
      format.number(units.n),
      kinds.map(([n, word]) => `${format.number(n)} ${word}`).join(", ") || null,
      without > 0 && `${format.number(without)} without a time`,
    );
  };

  const path = () => {
    const of = build.bound?.path_s ?? null;
    const share =
      of !== null && build.whole_wall_s > 0 ? `${format.percent(of / build.whole_wall_s)} of the wall time` : null;
    const steps = criticalPath.steps.length;
    return tile(
      "Critical path",
      seconds(of),
      steps > 0 && `${format.count(steps, "unit")} that wait for each other`,
      share,
    );
  };

  const bound = () => {
    if (!build.bound) return tile("Lower bound", null, "no unit has a time");
    const { lower_s: lower, by, basis } = build.bound;
    const work = basis === "cpu" ? "CPU time over jobs" : "unit time over jobs";
    const more = build.whole_wall_s > 0 && lower > 0 ? build.whole_wall_s / lower - 1 : null;
    const near =
      more === null ? null : more > 0 ? `this build took ${format.percent(more)} more` : "this build is at the bound";
    return tile("Lower bound", seconds(lower), `set by the ${by === "critical-path" ? "critical path" : work}`, near);
  };

  const use = () => {
    const { cores } = build.machine;
    const of = cores === null ? "" : ` of ${format.number(cores)}`;
    const busy = build.busy === null ? null : `${format.ratio(build.busy)}${of}`;
    const at = build.parallelism;
    const mean = at && `${format.ratio(at.mean)} units at work on average`;
    const alone = at && `at most one for ${format.duration(at.alone_s)}`;
    return tile("Processors busy", busy, mean, alone);
  };

  // Wall time against what no schedule can beat.
  const boundBar = () => {
    const wallS = build.whole_wall_s;
    if (!build.bound || !(wallS > 0)) return null;
    const { lower_s: lower, path_s: pathS } = build.bound;
    const most = Math.max(wallS, lower);
    const at = (s) => `${(s / most) * 100}%`;
    const words = `${format.duration(wallS)} of wall time; no schedule of the same units takes less than ${format.duration(lower)}`;
    return el(
      "div",
      { class: "bound", role: "img", "aria-label": words },
      el(
        "div",
        { class: "bound-track" },
        el("div", { class: "bound-lower", style: { width: at(lower) } }),
        el("div", { class: "bound-path", style: { left: at(Math.min(pathS, most)) } }),
      ),
      el(
        "div",
        { class: "bound-legend" },
        el("span", { class: "key key-lower" }, `cannot be beaten: ${format.duration(lower)}`),
        el("span", { class: "key key-rest" }, `the rest: ${format.duration(Math.max(0, wallS - lower))}`),
        el("span", { class: "key key-path" }, `critical path: ${format.duration(pathS)}`),
      ),
    );
  };

  const action = (finding) => {
    const [first, ...rest] = [
      ...words.gains(finding),
      ...words.costs(finding).map((cost) => ({ ...cost, isCost: true })),
    ];
    const price =
      first &&
      el(
        "p",
        { class: "price" },
        el("strong", {}, first.isCost ? `costs ${first.value}` : `saves ${first.value}`),
        ` ${first.of} `,
        first.basis && words.basis(first.basis),
      );
    const more = rest.filter((part) => !part.isCost).map((part) => `${part.value} ${part.of}`);
    return el(
      "li",
      { class: "action" },
      el(
        "p",
        { class: "action-title" },
        el("a", { href: `#finding-${finding.at}` }, name(dom.short(finding.title, 180))),
      ),
      price,
      more.length > 0 && el("p", { class: "note" }, `and ${format.list(more)}`),
      el(
        "p",
        { class: "note" },
        `${words.EFFORT[finding.effort]}: ${words.EFFORT_TIME[finding.effort]} of work, `,
        `${words.RISK[finding.risk]} risk`,
      ),
      finding.command && dom.command(finding.command),
    );
  };

  const SHOWN = 3;
  const TITLES = ["Quick, in minutes", "Medium, in hours", "Long, in days"];
  const group = (effort) => {
    const all = findings.filter((finding) => finding.effort === effort);
    const more = all.length - SHOWN;
    return el(
      "div",
      { class: "group" },
      el("h4", {}, TITLES[effort]),
      all.length === 0
        ? el("p", { class: "note" }, "Nothing of this effort was found.")
        : el("ol", { class: "actions" }, all.slice(0, SHOWN).map(action)),
      more > 0 && el("p", {}, el("a", { href: "#findings" }, `${format.number(more)} more of this effort`)),
    );
  };

  const together = () => {
    const { joint } = data;
    if (!joint) return null;
    const wallS = joint.wall_s && words.range(joint.wall_s);
    const cpuS = joint.cpu_s && words.range(joint.cpu_s);
    const saved = [wallS && `${wallS} of wall time (simulated)`, cpuS && `${cpuS} of CPU time (${joint.cpu_basis})`];
    return el(
      "p",
      { class: "together" },
      `Together, the cures of ${format.count(joint.n_findings, "finding")} take out `,
      `${format.count(joint.n_units, "unit")} and ${format.list(saved.filter(Boolean)) || "an unknown time"}. `,
      "Added up one by one they would promise too much: some take out the same units.",
    );
  };

  const banner = (kind, ...children) => el("div", { class: `banner banner-${kind}` }, ...children);
  const banners = () => {
    const failed = {
      failed: `The command failed with exit code ${build.exit_code}: units that had not run by then are missing here.`,
      interrupted: "The build was interrupted: units that had not run by then are missing here.",
    }[build.outcome];
    const share =
      build.is_disturbed &&
      `Other programs used ${format.percent(build.foreign_cpu)} of the machine during this ` +
        "build: its wall times are longer than those of the build alone. CPU times are hardly affected.";
    return [failed && banner("bad", failed), share && banner("warn", share)];
  };

  const render = () => {
    if (units.n === 0) {
      return [banners(), dom.missing("No unit was built, so there is nothing to measure.", record())];
    }
    return [
      banners(),
      el("dl", { class: "tiles" }, wall(), cpu(), unitCount(), path(), bound(), use()),
      boundBar(),
      el("h3", { class: "spaced" }, "What to do first"),
      findings.length === 0
        ? dom.missing("Nothing was found that makes this build slow.")
        : [el("div", { class: "groups" }, [0, 1, 2].map(group)), together()],
    ];
  };
  return render;
})();
