//! Protocol Buffers, proto2 and proto3: Google's library parses and checks `.proto` files, which become tables; JSON text
//! becomes the binary encoding in one pass over the parsed document, with every violation named; binary becomes JSON text;
//! schemas are compared by the registry's rules. No C++ runs for a record. No input, no output, no state.
