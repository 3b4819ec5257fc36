//! brisk-report
