//! Apache Avro (specification 1.12): schemas are compiled into flat tables; JSON text becomes Avro binary in one pass over
//! the parsed document, with every violation named; binary becomes JSON text, also of another schema than it was written
//! with; schemas are normalised, fingerprinted and compared. No input, no output, no state.
