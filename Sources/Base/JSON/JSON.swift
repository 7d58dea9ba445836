//! JSON (RFC 8259): values with ordered objects, a fast check of whole documents, a writer, and views of text that was
//! checked. simdjson reads; what it refuses is read again by `JSONScanner`, which says where and why.
