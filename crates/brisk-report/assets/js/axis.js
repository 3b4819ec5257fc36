// Round moments on a stretch of time, and round marks for amounts of time.
const timeAxis = (() => {
  const USUAL = [
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400,
  ];
  const step = (least) => USUAL.find((usual) => usual >= least) ?? Math.ceil(least / 86400) * 86400;

  // `[moment, label]`, at least so many pixels apart.
  const marks = ({ from, to, width }, apart = 76) => {
    const by = step(((to - from) / width) * apart);
    const all = [];
    for (let at = Math.ceil(from / by); at * by <= to && all.length < 100; at += 1) {
      all.push([at * by, format.axisMoment(at * by, by, to)]);
    }
    return all;
  };

  // `[seconds]` from nothing to at least this much, three to six of them.
  const amounts = (most) => {
    const by = most < 0.03 ? 10 ** Math.floor(Math.log10(Math.max(most, 1e-9) / 2)) : step(most / 4.5);
    const all = [0];
    while (all[all.length - 1] < most * 0.999 && all.length < 12) all.push(all.length * by);
    return all;
  };

  return { marks, amounts };
})();
