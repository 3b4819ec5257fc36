//! Tests of the program, run as users run it.
