//! brisk-test-support
