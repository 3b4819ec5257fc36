//! A number that is not known exactly.

/// The middle of what is expected, and the ends of the interval that nine of ten measurements should lie in.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Range {
    /// Lower end.
    pub low: f64,
    /// Most likely.
    pub mid: f64,
    /// Upper end.
    pub high: f64,
}

impl Range {
    /// `mid`, so much less and so much more.
    pub fn around(mid: f64, below: f64, above: f64) -> Self {
        Self { low: mid - below.max(0.0), mid, high: mid + above.max(0.0) }
    }

    /// The same with nothing below `floor`.
    #[must_use]
    pub fn at_least(self, floor: f64) -> Self {
        Self { low: self.low.max(floor), mid: self.mid.max(floor), high: self.high.max(floor) }
    }

    /// Each of the three through `f`, which must not fall where its argument rises.
    #[must_use]
    pub fn map(self, f: impl Fn(f64) -> f64) -> Self {
        Self { low: f(self.low), mid: f(self.mid), high: f(self.high) }
    }

    /// The same with its ends moved apart by shares of the middle: so much below, so much above.
    #[must_use]
    pub fn widened_by(self, below: f64, above: f64) -> Self {
        let by = |end: f64, share: f64| (self.mid - end).abs().hypot(self.mid.abs() * share);
        Self::around(self.mid, by(self.low, below), by(self.high, above))
    }

    /// The same with both ends moved apart by `half`.
    #[must_use]
    pub fn apart(self, half: f64) -> Self {
        Self::around(self.mid, (self.mid - self.low).hypot(half), (self.high - self.mid).hypot(half))
    }

    /// The same with its ends on the far sides of a value that nothing is below of; the middle stays.
    #[must_use]
    pub fn no_less_than(self, least: f64) -> Self {
        Self { low: self.low.max(least.min(self.mid)), ..self }
    }
}
