//! One file per verb: read the data flow here. Operations return values; the caller shows them.
