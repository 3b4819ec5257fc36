// Numbers as Brisk writes them everywhere: the same rules as in `format.rs`, which says why they are so.
const format = (() => {
  const UNKNOWN = "unknown";

  // As many decimals, exact halves to the even digit, as Rust does it.
  const fixed = (number, decimals) => {
    const scaled = number * 10 ** decimals;
    const isHalf = Number.isInteger(number * 2 ** (decimals + 1)) && Math.abs(scaled % 1) === 0.5;
    if (!isHalf) return number.toFixed(decimals);
    const even = 2 * Math.round(scaled / 2);
    return (even / 10 ** decimals).toFixed(decimals);
  };

  const whole = (number) => Math.max(0, Math.round(number));
  const two = (number) => String(number).padStart(2, "0");

  // `<0.01 s`, `0.84 s`, `12.3 s`, `1 min 12 s`, `2 h 05 min`
  const duration = (s) => {
    if (!Number.isFinite(s)) return UNKNOWN;
    if (s < 0) return `-${duration(-s)}`;
    if (s === 0) return "0 s";
    if (s < 0.005) return "<0.01 s";
    if (s < 9.995) return `${fixed(s, 2)} s`;
    if (s < 59.95) return `${fixed(s, 1)} s`;
    if (s < 3599.5) return `${Math.floor(whole(s) / 60)} min ${two(whole(s) % 60)} s`;
    const minutes = whole(s / 60);
    return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  };

  const durationRange = (low, high) => {
    const [a, b] = [duration(low), duration(high)];
    if (a === b) return a;
    const bare = (text) => (/^\S+ s$/.test(text) ? text.slice(0, -2) : null);
    return bare(a) !== null && bare(b) !== null ? `${bare(a)} to ${b}` : `${a} to ${b}`;
  };

  // A moment on an axis with marks so far apart that reaches to `last`.
  const axisMoment = (s, step, last) => {
    const sign = s < 0 ? "-" : "";
    const at = Math.abs(s);
    if (Math.abs(last) < 60 || step < 1) {
      const decimals = step < 0.1 ? 2 : step < 1 ? 1 : 0;
      return `${sign}${fixed(at, decimals)} s`;
    }
    const total = whole(at);
    const [minutes, seconds] = [Math.floor(total / 60), two(total % 60)];
    if (Math.abs(last) < 3600) return `${sign}${minutes}:${seconds}`;
    return `${sign}${Math.floor(minutes / 60)}:${two(minutes % 60)}:${seconds}`;
  };

  const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
  const count = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

  const ordinal = (n) => {
    const ending = n % 100 >= 11 && n % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
    return `${n}${ending}`;
  };

  const percent = (share) => {
    if (!Number.isFinite(share)) return UNKNOWN;
    const value = share * 100;
    return value > 0 && value < 0.5 ? "<1 %" : `${fixed(value, 0).replace(/^-0$/, "0")} %`;
  };

  const signed = (share) => {
    const value = share * 100;
    const text = fixed(value, Math.abs(value) < 9.95 ? 1 : 0);
    if (/^-?0\.0$/.test(text)) return "0";
    return text.startsWith("-") ? text : `+${text}`;
  };
  const change = (share) => (Number.isFinite(share) ? `${signed(share)} %` : UNKNOWN);
  const changeRange = (low, high) =>
    Number.isFinite(low) && Number.isFinite(high) ? `${signed(low)} to ${signed(high)} %` : UNKNOWN;

  const ratio = (n) => (Number.isFinite(n) ? fixed(n, 1) : UNKNOWN);

  const bytes = (n) => {
    if (n < 1024) return `${n} B`;
    const units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let size = n / 1024;
    let unit = 0;
    while (size >= 999.5 && unit + 1 < units.length) {
      size /= 1024;
      unit += 1;
    }
    const decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
    return `${fixed(size, decimals)} ${units[unit]}`;
  };

  // `2026-11-21 08:09 UTC`
  const calendar = (at) => {
    const date = new Date(Math.floor(at) * 1000);
    if (Number.isNaN(date.getTime())) return "at an unknown time";
    const day = `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
    return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())} UTC`;
  };

  const moment = (at, now) => {
    const age = now === null ? NaN : now - at;
    if (age >= -2 && age < 60) return "just now";
    const ago = (n, noun) => `${count(Math.floor(n), noun)} ago`;
    if (age >= 0 && age < 3600) return ago(age / 60, "minute");
    if (age >= 0 && age < 86400) return ago(age / 3600, "hour");
    if (age >= 0 && age < 30 * 86400) return ago(age / 86400, "day");
    return `on ${calendar(at)}`;
  };

  const list = (items) =>
    items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;

  return {
    duration,
    durationRange,
    axisMoment,
    number,
    count,
    ordinal,
    percent,
    change,
    changeRange,
    ratio,
    bytes,
    calendar,
    moment,
    list,
  };
})();
