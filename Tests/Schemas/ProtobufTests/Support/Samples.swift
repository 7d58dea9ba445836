import Protobuf

/// A schema with a field of each kind.
enum Samples {
    static let text = """
        syntax = "proto3";
        package s;
        import "google/protobuf/any.proto";
        import "google/protobuf/duration.proto";
        import "google/protobuf/empty.proto";
        import "google/protobuf/field_mask.proto";
        import "google/protobuf/struct.proto";
        import "google/protobuf/timestamp.proto";
        import "google/protobuf/wrappers.proto";
        enum E { ZERO = 0; ONE = 1; MINUS = -1; }
        message All {
          double double = 1; float float = 2; int32 int32 = 3; int64 int64 = 4; uint32 uint32 = 5; uint64 uint64 = 6;
          sint32 sint32 = 7; sint64 sint64 = 8; fixed32 fixed32 = 9; fixed64 fixed64 = 10; sfixed32 sfixed32 = 11;
          sfixed64 sfixed64 = 12; bool bool = 13; string string = 14; bytes bytes = 15; E enum = 16; All all = 17;
          repeated int32 packed = 18; repeated int32 unpacked = 19 [packed = false]; repeated string strings = 20;
          repeated E enums = 21; repeated All alls = 22; repeated double doubles = 23;
          map<string, int32> by_string = 24; map<int32, string> by_int32 = 25; map<bool, E> by_bool = 26;
          map<uint64, All> by_uint64 = 27;
          oneof choice { int32 pick_int = 28; string pick_string = 29; All pick_all = 30;
            google.protobuf.NullValue pick_null = 31; }
          optional int32 maybe = 32; optional string maybe_text = 33; string renamed = 34 [json_name = "other"];
          google.protobuf.Any any = 35; google.protobuf.Duration duration = 36; google.protobuf.Empty empty = 37;
          google.protobuf.FieldMask mask = 38; google.protobuf.Struct struct = 39; google.protobuf.Value value = 40;
          google.protobuf.ListValue list = 41; google.protobuf.Timestamp time = 42;
          google.protobuf.Int64Value wrapped_int64 = 43; google.protobuf.StringValue wrapped_string = 44;
          google.protobuf.BoolValue wrapped_bool = 45; google.protobuf.DoubleValue wrapped_double = 46;
          google.protobuf.BytesValue wrapped_bytes = 47; google.protobuf.NullValue null = 48;
          repeated google.protobuf.Value values = 49; repeated google.protobuf.Duration durations = 50;
          map<string, google.protobuf.Value> value_by_string = 51; int32 snake_case_name = 52;
          repeated google.protobuf.Int64Value wrappers = 53; google.protobuf.UInt64Value wrapped_uint64 = 54;
          map<string, google.protobuf.Timestamp> time_by_string = 55;
        }
        """

    static let old = """
        syntax = "proto2";
        package o;
        enum E { ONE = 1; TWO = 2; ALSO_TWO = 2; option allow_alias = true; }
        enum Z { NONE = 0; SOME = 1; }
        message M {
          required int32 id = 1; optional string name = 2 [default = "x"]; optional E e = 3; repeated E es = 4;
          repeated int32 packed = 5 [packed = true]; repeated int32 unpacked = 6;
          optional group G = 7 { optional int32 x = 1; required bool y = 2; } repeated group H = 8 { optional M m = 1; }
          map<string, Z> by_string = 9; oneof o { E pick_e = 10; string pick_s = 11; }
          extensions 100 to 199;
        }
        extend M { optional int32 number = 100; repeated string texts = 101; optional M inner = 102; }
        message Scope { extend M { optional E scoped = 103; } }
        """

    static func all() throws -> ProtobufMessage { try message(text, "s.All") }
    static func message() throws -> ProtobufMessage { try message(old, "o.M") }

    private static func message(_ text: String, _ name: String) throws -> ProtobufMessage {
        guard let message = try ProtobufSchema(text).message(named: name) else {
            throw MessagePairs.Unfit(description: name)
        }
        return message
    }
}
