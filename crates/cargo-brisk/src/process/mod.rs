//! What every part that runs programs needs: what they used (`usage`), how busy the machine was meanwhile (`cpu`), and what
//! becomes of them when somebody stops us (`interrupt`, `signals`).

mod cpu;
mod interrupt;
mod signals;
mod usage;

pub(crate) use cpu::{CpuTotals, TICK_NS};
pub(crate) use interrupt::Interrupt;
pub(crate) use signals::heeded;
pub(crate) use usage::{own_usage, usage_of_children};
