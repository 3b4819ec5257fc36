// The page's data, taken apart: units as columns of numbers, everything else as it comes. See `html/data/mod.rs` for its shape.
const data = JSON.parse(document.getElementById("data").textContent);

const text = (index) => (index === null || index === undefined ? null : data.strings[index]);

const units = (() => {
  const TICK_S = 1e-4;
  const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
  const FLAG = { member: 1, main: 2, library: 4, links: 8, script: 16 };
  const raw = data.units;
  const n = raw.n;

  // Seconds, NaN for what is not known.
  const seconds = (column) => {
    const all = new Float64Array(n).fill(NaN);
    if (column)
      column.forEach((ticks, i) => {
        if (ticks !== null) all[i] = ticks * TICK_S;
      });
    return all;
  };
  // A word for each unit, as one or more digits that are its place in a list.
  const coded = (column) => (i) => {
    const width = column.codes.length / n;
    let place = 0;
    for (let at = i * width; at < (i + 1) * width; at += 1) place = place * 64 + DIGITS.indexOf(column.codes[at]);
    return text(column.of[place]);
  };
  const texts = (column) => (i) => (column ? text(column[i]) : null);
  const numbers = (column) => (i) => (column ? column[i] : null);
  const flag = (bit) => (i) => (raw.flags[i] & bit) !== 0;

  const start = seconds(raw.start);
  const duration = seconds(raw.duration);
  const front = seconds(raw.front);
  const back = seconds(raw.back);
  const link = seconds(raw.link);
  const end = start.map((s, i) => s + duration[i]);

  const packageName = texts(raw.package);
  const version = texts(raw.version);
  const what = texts(raw.what);
  const isScript = flag(FLAG.script);
  const isLibrary = flag(FLAG.library);

  // `serde build script (run) (2nd)`, and the same with the version behind the name.
  const behind = (i) => {
    const repeat = raw.repeat[i];
    return `${what(i) ? ` ${what(i)}` : ""}${repeat ? ` (${format.ordinal(repeat)})` : ""}`;
  };
  const label = (i) => `${packageName(i)}${behind(i)}`;
  const fullLabel = (i) => `${packageName(i)}${version(i) ? ` v${version(i)}` : ""}${behind(i)}`;

  const dependencies = raw.dependencies.map((steps) => {
    let at = 0;
    return steps.map((step) => (at += step));
  });
  const dependents = Array.from({ length: n }, () => []);
  dependencies.forEach((list, i) => list.forEach((dependency) => dependents[dependency].push(i)));

  // `[from, to, phase]`, in seconds; empty without a time.
  const segments = (i) => {
    if (Number.isNaN(start[i])) return [];
    if (isScript(i)) return [[start[i], end[i], "script"]];
    const linked = Number.isNaN(link[i]) ? 0 : Math.min(link[i], duration[i]);
    const split = Number.isNaN(front[i])
      ? [[start[i], end[i] - linked, "unsplit"]]
      : [
          [start[i], start[i] + front[i], "front"],
          [start[i] + front[i], end[i] - linked, "back"],
        ];
    return [...split, [end[i] - linked, end[i], "link"]].filter(([from, to]) => to > from);
  };

  const inMain = flag(FLAG.main);
  const main = [];
  for (let i = 0; i < n; i += 1) if (inMain(i) && !Number.isNaN(start[i])) main.push(i);
  main.sort((a, b) => start[a] - start[b] || a - b);

  return {
    n,
    start,
    end,
    duration,
    front,
    back,
    link,
    main,
    segments,
    label,
    fullLabel,
    packageName,
    version,
    dependencies,
    dependents,
    cpu: seconds(raw.cpu),
    isMember: flag(FLAG.member),
    isLibrary,
    links: flag(FLAG.links),
    isScript,
    kind: coded(raw.kind),
    mode: coded(raw.mode),
    platform: coded(raw.platform),
    profile: coded(raw.profile),
    source: coded(raw.source),
    status: coded(raw.status),
    confidence: coded(raw.confidence),
    target: texts(raw.target),
    features: texts(raw.features),
    rss: numbers(raw.rss),
    bytes: numbers(raw.bytes),
    failed: (i) => raw.failed[i] ?? null,
    unfinished: (i) => (raw.unfinished[i] === undefined ? null : raw.unfinished[i] * TICK_S),
    why: (i) => raw.why[i] && { kind: text(raw.why[i][0]), detail: text(raw.why[i][1]), because: raw.why[i][2] },
  };
})();

// The longest chain, and how each of its units hands over to the next.
const criticalPath = (() => {
  const steps = data.critical_path.map(([unit, ticks, until]) => ({
    unit,
    onPath: ticks * 1e-4,
    until: until === 1 ? "end" : "metadata",
  }));
  return { steps, has: new Set(steps.map((step) => step.unit)) };
})();

// What a unit waited for, as it happened: the dependency that was ready last.
const causes = (() => {
  // Dependencies before their dependents; units on a cycle, possible in a damaged file only, are left out.
  const topological = () => {
    const open = units.dependencies.map((list) => list.length);
    const order = open.flatMap((n, unit) => (n === 0 ? [unit] : []));
    for (let next = 0; next < order.length; next += 1) {
      for (const dependent of units.dependents[order[next]]) {
        open[dependent] -= 1;
        if (open[dependent] === 0) order.push(dependent);
      }
    }
    return order;
  };

  // For each unit the latest end among it and all that it needs, and whose that is: what a linker waits for.
  let lastEnds = null;
  const lastEnd = (unit) => {
    if (lastEnds === null) {
      lastEnds = Array.from(units.end, (at, i) => ({ at: Number.isNaN(at) ? -Infinity : at, unit: i }));
      for (const i of topological()) {
        for (const dependency of units.dependencies[i]) {
          if (lastEnds[dependency].at > lastEnds[i].at) lastEnds[i] = lastEnds[dependency];
        }
      }
    }
    return lastEnds[unit];
  };

  const ready = (unit, dependency) => {
    if (units.isLibrary(unit) && units.isLibrary(dependency)) {
      const front = units.front[dependency];
      const at = Number.isNaN(front) ? units.end[dependency] : units.start[dependency] + front;
      return { at, unit: dependency, until: Number.isNaN(front) ? "end" : "metadata" };
    }
    if (units.links(unit)) return { ...lastEnd(dependency), until: "end" };
    return { at: units.end[dependency], unit: dependency, until: "end" };
  };

  const waitedFor = (unit) => {
    let last = null;
    for (const dependency of units.dependencies[unit]) {
      const of = ready(unit, dependency);
      if (Number.isFinite(of.at) && of.unit !== unit && (last === null || of.at > last.at)) last = of;
    }
    return last;
  };

  // Back to the first unit: each with what it waited for, and how long it then waited for a job.
  const chain = (unit) => {
    const links = [];
    const seen = new Set();
    let at = unit;
    while (at !== null && !seen.has(at)) {
      seen.add(at);
      const cause = waitedFor(at);
      links.push({ unit: at, cause, idle: cause ? Math.max(0, units.start[at] - cause.at) : null });
      at = cause ? cause.unit : null;
    }
    return links;
  };

  return { waitedFor, chain };
})();

// Numbers over time as steps: their mean over any stretch, without walking over all of them.
const stepFunction = (steps) => {
  const areas = new Float64Array(steps.length);
  for (let i = 1; i < steps.length; i += 1) {
    areas[i] = areas[i - 1] + steps[i - 1].value * (steps[i].at - steps[i - 1].at);
  }
  const area = (at) => {
    let [low, high] = [0, steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (steps[middle].at <= at) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : areas[low - 1] + steps[low - 1].value * (at - steps[low - 1].at);
  };
  const largest = steps.reduce((most, step) => Math.max(most, step.value), 0);
  return { mean: (from, to) => (area(to) - area(from)) / (to - from), largest, isEmpty: steps.length === 0 };
};

// How many of these intervals are open at each moment.
const openOverTime = (intervals) => {
  const events = intervals
    .flatMap(([from, to]) => [
      [from, 1],
      [to, -1],
    ])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let value = 0;
  const steps = [];
  for (const [at, by] of events) {
    value += by;
    if (steps.length && steps[steps.length - 1].at === at) steps[steps.length - 1].value = value;
    else steps.push({ at, value });
  }
  return stepFunction(steps);
};

// Findings with their words, dearest first; `at` is their place.
const findings = data.findings.map((finding, at) => ({
  ...finding,
  at,
  id: text(finding.id),
  key: text(finding.key),
  title: text(finding.title),
  seconds_of: text(finding.seconds_of),
  command: text(finding.command),
  evidence: finding.evidence.map(text),
  places: finding.places.map(text),
  caveats: finding.caveats.map(text),
  overlaps: finding.overlaps.map(text),
}));
