// The words of findings and predictions, in one place.
const words = (() => {
  const SEVERITY = ["note", "minor", "major"];
  const EFFORT = ["quick", "medium", "long"];
  const EFFORT_TIME = ["minutes", "hours", "days"];
  const RISK = ["low", "medium", "high"];

  const BASIS = {
    measured: "measured",
    replayed: "replayed: rustc was run again for a sample of the units",
    simulated: "simulated: Cargo's queue played out with the recorded costs",
    counted: "counted",
    estimated: "estimated from another measurement",
    none: "no number",
  };

  const PHASE = {
    front: "front end",
    back: "code generation",
    link: "linker",
    script: "build script run",
    unsplit: "rustc, not split by phase",
  };

  const basis = (word) => el("span", { class: "basis", title: BASIS[word] ?? word }, word);
  const severity = (level) => el("span", { class: `severity severity-${level}` }, SEVERITY[level]);

  // `4.75 to 7.61 s`, or null where nobody knows; one end may be unknown.
  const range = ([low, high]) => {
    if (low === null && high === null) return null;
    if (high === null) return `at least ${format.duration(low)}`;
    if (low === null) return `at most ${format.duration(high)}`;
    return format.durationRange(low, high);
  };

  // What a cure saves: its parts, each a number, what that is of, and how it is known.
  const gains = (finding) => {
    const { gain } = finding;
    const wall = gain.wall_s && gain.wall_s[1] !== 0 ? range(gain.wall_s) : null;
    const cpu = gain.cpu_s && gain.cpu_s[1] > 0 ? range(gain.cpu_s) : null;
    return [
      wall && { value: wall, of: "wall time", basis: gain.basis },
      cpu && { value: cpu, of: "CPU time", basis: gain.cpu_basis },
      gain.bytes !== null && { value: format.bytes(gain.bytes), of: "on disk", basis: wall ? "counted" : gain.basis },
    ].filter(Boolean);
  };

  // What it costs now: CPU time where that was measured, else the time of units, and bytes.
  const costs = (finding) => {
    const { cpu_s: cpu, unit_s: unit, bytes } = finding.cost;
    return [
      cpu > 0 && { value: format.duration(cpu), of: "CPU time" },
      !(cpu > 0) && unit > 0 && { value: format.duration(unit), of: finding.seconds_of },
      bytes !== null && { value: format.bytes(bytes), of: "on disk" },
    ].filter(Boolean);
  };

  // Seconds of wall time that a cure saves, most likely; null where that is not known.
  const wallSaved = (finding) => {
    const ends = (finding.gain.wall_s ?? []).filter((end) => end !== null);
    return ends.length ? ends.reduce((sum, end) => sum + end, 0) / ends.length : null;
  };

  // The number that stands beside its title.
  const headline = (finding) => {
    const [gain] = gains(finding);
    const [cost] = costs(finding);
    if (gain) return `saves ${gain.value}`;
    if (finding.gain.wall_s) return "saves no time";
    return cost ? `costs ${cost.value}` : "no price";
  };

  const costSeconds = (finding) => finding.cost.cpu_s ?? finding.cost.unit_s;

  return {
    SEVERITY,
    EFFORT,
    EFFORT_TIME,
    RISK,
    PHASE,
    basis,
    severity,
    range,
    gains,
    costs,
    headline,
    wallSaved,
    costSeconds,
  };
})();
