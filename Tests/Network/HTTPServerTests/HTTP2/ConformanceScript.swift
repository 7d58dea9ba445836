// One line a case: splitting them would hide the table.
// swift-format-ignore-file

/// Sends frames as they are to the server on the port that is its argument, a connection for each case, and prints the
/// cases that ended otherwise than expected: `connection CODE` (GOAWAY), `stream N CODE` (RST_STREAM), `N: status`, or
/// `fine` when the connection goes on. Where the RFC leaves a choice there are several, separated by `|`.
let conformanceScript = #"""
    import socket, struct, sys
    import hpack

    CODES = ['NO_ERROR', 'PROTOCOL_ERROR', 'INTERNAL_ERROR', 'FLOW_CONTROL_ERROR', 'SETTINGS_TIMEOUT', 'STREAM_CLOSED',
             'FRAME_SIZE_ERROR', 'REFUSED_STREAM', 'CANCEL', 'COMPRESSION_ERROR', 'CONNECT_ERROR', 'ENHANCE_YOUR_CALM',
             'INADEQUATE_SECURITY', 'HTTP_1_1_REQUIRED']
    DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
    END_STREAM, END_HEADERS, PADDED, PRIORITIZED, ACK = 1, 4, 8, 32, 1
    PREFACE = b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

    def frame(kind, flags, stream, payload=b''):
        return struct.pack('>I', len(payload))[1:] + bytes([kind, flags]) + struct.pack('>I', stream) + payload

    def setting(number, value):
        return struct.pack('>HI', number, value)

    def block(fields):
        # Nothing is kept in the table, so that blocks can stand in any order.
        out = b''
        for name, value in fields:
            name, value = name.encode('latin-1'), value.encode('latin-1')
            out += b'\x00' + number(len(name)) + name + number(len(value)) + value
        return out

    def number(value):
        if value < 127: return bytes([value])
        out, value = [127], value - 127
        while value >= 128:
            out.append(value % 128 + 128)
            value //= 128
        return bytes(out + [value])

    def head(stream, fields, flags=END_STREAM | END_HEADERS):
        return frame(HEADERS, flags, stream, block(fields))

    def request(method='GET', path='/', *more, scheme='http', authority='x'):
        fields = [(':method', method), (':scheme', scheme), (':path', path), (':authority', authority)]
        return [field for field in fields if field[1] is not None] + list(more)

    GET = request()
    POST = request('POST', '/echo')
    OPEN = END_HEADERS

    class Connection:
        def __init__(self, first=None):
            self.socket = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
            self.socket.settimeout(60)
            self.decoder = hpack.Decoder()
            self.unread = b''
            self.facts = []
            self.block = b''
            self.send(PREFACE + frame(SETTINGS, 0, 0) if first is None else first)

        def send(self, data):
            try: self.socket.sendall(data)
            except OSError: pass

        def read(self, count):
            while len(self.unread) < count:
                try: more = self.socket.recv(65536)
                except ConnectionError: more = b''
                if not more: return None
                self.unread += more
            data, self.unread = self.unread[:count], self.unread[count:]
            return data

        def outcome(self):
            # What has come by the time that the server has seen everything, and has sent everything: the answers to
            # pings overtake others, but not those of an earlier ping.
            pings = 2
            self.send(frame(PING, 0, 0, b'the last'))
            while True:
                start = self.read(9)
                if start is None: return self.say('closed')
                payload = self.read(int.from_bytes(start[:3], 'big'))
                if payload is None: return self.say('closed')
                kind, flags, stream = start[3], start[4], int.from_bytes(start[5:], 'big')
                if kind == GOAWAY:
                    code = CODES[int.from_bytes(payload[4:8], 'big')]
                    if code != 'NO_ERROR': return 'connection ' + code
                if kind == RST:
                    code = CODES[int.from_bytes(payload, 'big')]
                    if code != 'NO_ERROR': self.facts.append('stream %d %s' % (stream, code))
                if kind in (HEADERS, CONTINUATION):
                    self.block += payload
                    if flags & END_HEADERS:
                        fields = dict(self.decoder.decode(self.block))
                        self.block = b''
                        self.facts.append('%d: %s' % (stream, fields.get(':status', 'trailers')))
                if kind == PING and payload == b'the last' and flags & ACK:
                    pings -= 1
                    if pings == 0: return self.say('fine')
                    self.send(frame(PING, 0, 0, payload))

        def say(self, otherwise):
            return ', '.join(sorted(self.facts)[:4]) or otherwise

    def many(count, make):
        return b''.join(make(index) for index in range(count))

    def first(data):
        return lambda: Connection(data).outcome()

    def hpacked(data):
        return frame(HEADERS, END_STREAM | END_HEADERS, 1, data)

    padded = lambda kind, flags, stream, pad, data: frame(kind, flags | PADDED, stream, bytes([pad]) + data)
    priority = lambda stream, parent: frame(PRIORITY, 0, stream, struct.pack('>IB', parent, 10))

    cases = [
        # What works.
        ('a request', head(1, GET), '1: 200'),
        ('a request with a body', head(1, POST, OPEN) + frame(DATA, END_STREAM, 1, b'abc'), '1: 200'),
        ('several streams', head(1, GET) + head(3, GET) + head(7, GET), '1: 200, 3: 200, 7: 200'),
        ('an unknown frame', frame(0xbe, 0xff, 0, b'abc') + frame(0xbe, 0, 5, b'') + head(1, GET), '1: 200'),
        ('unknown flags', frame(HEADERS, END_STREAM | END_HEADERS | 0x80 | 0x10, 1, block(GET)), '1: 200'),
        ('the reserved bit', head(1 | 1 << 31, GET), '1: 200'),
        ('a head in pieces', frame(HEADERS, END_STREAM, 1, block(GET)[:9]) + frame(CONTINUATION, 0, 1, block(GET)[9:20])
            + frame(CONTINUATION, END_HEADERS, 1, block(GET)[20:]), '1: 200'),
        ('a padded head', padded(HEADERS, END_STREAM | END_HEADERS, 1, 5, block(GET) + bytes(5)), '1: 200'),
        ('a padded body', head(1, POST, OPEN) + padded(DATA, END_STREAM, 1, 2, b'abc\0\0'), '1: 200'),
        ('trailers', head(1, POST, OPEN) + frame(DATA, 0, 1, b'abc') + head(1, [('x-tail', '1')]), '1: 200'),
        ('an unknown setting', frame(SETTINGS, 0, 0, setting(0xff, 7)) + head(1, GET), '1: 200'),
        ('a ping', frame(PING, 0, 0, b'12345678'), 'fine'),
        ('an answer to no ping', frame(PING, ACK, 0, b'12345678'), 'fine'),
        ('priority of a stream that is not there', priority(9, 0) + head(1, GET), '1: 200'),
        ('a dependency', frame(HEADERS, END_STREAM | END_HEADERS | PRIORITIZED, 1, struct.pack('>IB', 11, 3) + block(GET)), '1: 200'),
        ('a window for a closed stream', head(1, GET) + frame(WINDOW, 0, 1, b'\0\0\0\1'), '1: 200'),
        ('te: trailers', head(1, GET + [('te', 'trailers')]), '1: 200'),
        ('Host in place of :authority', head(1, request(authority=None) + [('host', 'x')]), '1: 200'),
        ('a size update of the table', hpacked(b'\x3f\xe1\x1f' + block(GET)), '1: 200'),

        # Frames' sizes (section 4.2).
        ('a body beyond the frame size', head(1, POST, OPEN) + frame(DATA, 0, 1, bytes(16385)), 'connection FRAME_SIZE_ERROR'),
        ('a head beyond the frame size', frame(HEADERS, 5, 1, bytes(16385)), 'connection FRAME_SIZE_ERROR'),
        ('settings that are no multiple of 6', frame(SETTINGS, 0, 0, bytes(5)), 'connection FRAME_SIZE_ERROR'),
        ('an acknowledgement with settings', frame(SETTINGS, ACK, 0, setting(1, 1)), 'connection FRAME_SIZE_ERROR'),
        ('a short ping', frame(PING, 0, 0, bytes(7)), 'connection FRAME_SIZE_ERROR'),
        ('a long ping', frame(PING, 0, 0, bytes(9)), 'connection FRAME_SIZE_ERROR'),
        ('a short GOAWAY', frame(GOAWAY, 0, 0, bytes(7)), 'connection FRAME_SIZE_ERROR'),
        ('a short window', frame(WINDOW, 0, 0, bytes(3)), 'connection FRAME_SIZE_ERROR'),
        ('a long window', frame(WINDOW, 0, 0, bytes(5)), 'connection FRAME_SIZE_ERROR'),
        ('a short reset', head(1, POST, OPEN) + frame(RST, 0, 1, bytes(3)), 'connection FRAME_SIZE_ERROR'),
        ('a short priority', head(1, POST, OPEN) + frame(PRIORITY, 0, 1, bytes(4)), 'stream 1 FRAME_SIZE_ERROR|connection FRAME_SIZE_ERROR'),
        ('a head too short for its priority', frame(HEADERS, 5 | PRIORITIZED, 1, bytes(4)), 'connection FRAME_SIZE_ERROR|connection PROTOCOL_ERROR'),
        ('a padded body without a length of padding', head(1, POST, OPEN) + frame(DATA, PADDED, 1), 'connection FRAME_SIZE_ERROR|connection PROTOCOL_ERROR'),

        # Which stream (section 5.1). Heads of streams that are over are passed over: they may have crossed a reset.
        ('a body on stream 0', frame(DATA, 0, 0, b'a'), 'connection PROTOCOL_ERROR'),
        ('a head on stream 0', frame(HEADERS, 5, 0, block(GET)), 'connection PROTOCOL_ERROR'),
        ('priority on stream 0', priority(0, 1), 'connection PROTOCOL_ERROR'),
        ('a reset of stream 0', frame(RST, 0, 0, bytes(4)), 'connection PROTOCOL_ERROR'),
        ('settings on a stream', frame(SETTINGS, 0, 1), 'connection PROTOCOL_ERROR'),
        ('a ping on a stream', frame(PING, 0, 1, bytes(8)), 'connection PROTOCOL_ERROR'),
        ('GOAWAY on a stream', frame(GOAWAY, 0, 1, bytes(8)), 'connection PROTOCOL_ERROR'),
        ('a stream of even number', head(2, GET), 'connection PROTOCOL_ERROR'),
        ('a stream below the last', head(5, GET) + head(3, GET), 'connection PROTOCOL_ERROR|connection STREAM_CLOSED|5: 200'),
        ('a body on a stream that is not there', frame(DATA, 0, 1, b'a'), 'connection PROTOCOL_ERROR'),
        ('a reset of a stream that is not there', frame(RST, 0, 1, bytes(4)), 'connection PROTOCOL_ERROR'),
        ('a window of a stream that is not there', frame(WINDOW, 0, 1, b'\0\0\0\1'), 'connection PROTOCOL_ERROR'),
        ('a push by a client', frame(PUSH, END_HEADERS, 1, struct.pack('>I', 2) + block(GET)), 'connection PROTOCOL_ERROR'),
        ('a body after the end of the stream', head(1, request('GET', '/suspend')) + frame(DATA, 0, 1, b'a'), 'connection STREAM_CLOSED|stream 1 STREAM_CLOSED'),
        ('a head after the end of the stream', head(1, request('GET', '/suspend')) + head(1, GET), 'connection STREAM_CLOSED|stream 1 STREAM_CLOSED'),
        ('a head on a stream that was reset', head(1, POST, OPEN) + frame(RST, 0, 1, struct.pack('>I', 8)) + head(1, GET), 'connection STREAM_CLOSED|stream 1 STREAM_CLOSED|fine'),
        ('a body on a stream that was reset', head(1, POST, OPEN) + frame(RST, 0, 1, struct.pack('>I', 8)) + frame(DATA, 0, 1, b'a'), 'connection STREAM_CLOSED|stream 1 STREAM_CLOSED|fine'),
        ('a stream that depends on itself', priority(1, 1), 'connection PROTOCOL_ERROR|stream 1 PROTOCOL_ERROR'),
        ('a head that depends on itself', frame(HEADERS, 5 | PRIORITIZED, 1, struct.pack('>IB', 1, 3) + block(GET)), 'connection PROTOCOL_ERROR|stream 1 PROTOCOL_ERROR'),

        # Heads in pieces (section 6.10).
        ('a piece of no head', frame(CONTINUATION, END_HEADERS, 1, block(GET)), 'connection PROTOCOL_ERROR'),
        ('a piece behind a whole head', head(1, POST, OPEN) + frame(CONTINUATION, END_HEADERS, 1), 'connection PROTOCOL_ERROR'),
        ('a ping within a head', frame(HEADERS, END_STREAM, 1, block(GET)) + frame(PING, 0, 0, bytes(8)), 'connection PROTOCOL_ERROR'),
        ('a body within a head', frame(HEADERS, 0, 1, block(GET)) + frame(DATA, 0, 1, b'a'), 'connection PROTOCOL_ERROR'),
        ('another head within a head', frame(HEADERS, END_STREAM, 1, block(GET)) + head(3, GET), 'connection PROTOCOL_ERROR'),
        ('a piece of another head', frame(HEADERS, END_STREAM, 1, block(GET)) + frame(CONTINUATION, END_HEADERS, 3), 'connection PROTOCOL_ERROR'),
        ('an unknown frame within a head', frame(HEADERS, END_STREAM, 1, block(GET)) + frame(0xbe, 0, 1), 'connection PROTOCOL_ERROR'),

        # Settings and windows (sections 6.5 and 6.9).
        ('push neither on nor off', frame(SETTINGS, 0, 0, setting(2, 2)), 'connection PROTOCOL_ERROR'),
        ('a window beyond 2^31-1 in settings', frame(SETTINGS, 0, 0, setting(4, 1 << 31)), 'connection FLOW_CONTROL_ERROR'),
        ('a frame size below 2^14', frame(SETTINGS, 0, 0, setting(5, 16383)), 'connection PROTOCOL_ERROR'),
        ('a frame size beyond 2^24-1', frame(SETTINGS, 0, 0, setting(5, 1 << 24)), 'connection PROTOCOL_ERROR'),
        ('a window of nothing', frame(WINDOW, 0, 0, bytes(4)), 'connection PROTOCOL_ERROR'),
        ("a stream's window of nothing", head(1, POST, OPEN) + frame(WINDOW, 0, 1, bytes(4)), 'stream 1 PROTOCOL_ERROR|connection PROTOCOL_ERROR'),
        ('a window beyond 2^31-1', frame(WINDOW, 0, 0, b'\x7f\xff\xff\xff'), 'connection FLOW_CONTROL_ERROR'),
        ("a stream's window beyond 2^31-1", head(1, POST, OPEN) + frame(WINDOW, 0, 1, b'\x7f\xff\xff\xff'), 'stream 1 FLOW_CONTROL_ERROR'),
        ("settings that lift a stream's window beyond 2^31-1", head(1, POST, OPEN) + frame(WINDOW, 0, 1, b'\x7f\xff\0\0')
            + frame(SETTINGS, 0, 0, setting(4, 1 << 30)), 'connection FLOW_CONTROL_ERROR|stream 1 FLOW_CONTROL_ERROR'),

        # Padding (sections 6.1 and 6.2).
        ('a body that is all padding and less', head(1, POST, OPEN) + padded(DATA, 0, 1, 4, b'abc'), 'connection PROTOCOL_ERROR'),
        ('a head that is all padding and less', padded(HEADERS, 5, 1, 200, block(GET)), 'connection PROTOCOL_ERROR'),

        # Compression (RFC 7541).
        ('an entry that the table has not', hpacked(b'\xff\xff\x01'), 'connection COMPRESSION_ERROR'),
        ('entry 0', hpacked(b'\x80'), 'connection COMPRESSION_ERROR'),
        ('a literal that breaks off', hpacked(block(GET) + b'\x00\x05ab'), 'connection COMPRESSION_ERROR'),
        ('a number without end', hpacked(b'\xff' + b'\xff' * 12), 'connection COMPRESSION_ERROR'),
        ('a table beyond what was allowed', hpacked(b'\x3f\xe1\xff\x7f' + block(GET)), 'connection COMPRESSION_ERROR'),
        ('a size update behind a field', hpacked(block(GET) + b'\x20'), 'connection COMPRESSION_ERROR'),
        ('a Huffman code of only its end', hpacked(block(GET) + b'\x00\x01x\x84\xff\xff\xff\xff'), 'connection COMPRESSION_ERROR'),

        # Heads of requests (section 8).
        ('no method', head(1, [(':scheme', 'http'), (':path', '/'), (':authority', 'x')]), 'stream 1 PROTOCOL_ERROR'),
        ('no scheme', head(1, request(scheme=None)), 'stream 1 PROTOCOL_ERROR'),
        ('no path', head(1, request(path=None)), 'stream 1 PROTOCOL_ERROR'),
        ('an empty path', head(1, request(path='')), 'stream 1 PROTOCOL_ERROR'),
        ('a path without a slash', head(1, request(path='a')), 'stream 1 PROTOCOL_ERROR|1: 400'),
        ('two methods', head(1, [(':method', 'GET')] + GET), 'stream 1 PROTOCOL_ERROR'),
        ('two paths', head(1, GET + [(':path', '/b')]), 'stream 1 PROTOCOL_ERROR'),
        ('an unknown pseudo-field', head(1, GET + [(':foo', 'a')]), 'stream 1 PROTOCOL_ERROR'),
        ('a pseudo-field of answers', head(1, GET + [(':status', '200')]), 'stream 1 PROTOCOL_ERROR'),
        ('a pseudo-field behind others', head(1, [('a', '1')] + GET), 'stream 1 PROTOCOL_ERROR'),
        ('a pseudo-field in trailers', head(1, POST, OPEN) + head(1, [(':path', '/')]), 'stream 1 PROTOCOL_ERROR'),
        ('trailers that do not end the stream', head(1, POST, OPEN) + head(1, [('a', '1')], OPEN), 'stream 1 PROTOCOL_ERROR|connection PROTOCOL_ERROR'),
        ('CONNECT with a path', head(1, request('CONNECT')), 'stream 1 PROTOCOL_ERROR'),
        ('a capital letter in a name', head(1, GET + [('X-A', '1')]), 'stream 1 PROTOCOL_ERROR'),
        ('a space in a name', head(1, GET + [('x a', '1')]), 'stream 1 PROTOCOL_ERROR'),
        ('a colon in a name', head(1, GET + [('x:a', '1')]), 'stream 1 PROTOCOL_ERROR'),
        ('an empty name', head(1, GET + [('', '1')]), 'stream 1 PROTOCOL_ERROR'),
        ('a null in a value', head(1, GET + [('a', 'b\0c')]), 'stream 1 PROTOCOL_ERROR'),
        ('a line end in a value', head(1, GET + [('a', 'b\r\nc: d')]), 'stream 1 PROTOCOL_ERROR'),
        ('a space before a value', head(1, GET + [('a', ' b')]), 'stream 1 PROTOCOL_ERROR|1: 200'),
        ('Connection', head(1, GET + [('connection', 'close')]), 'stream 1 PROTOCOL_ERROR'),
        ('Keep-Alive', head(1, GET + [('keep-alive', '5')]), 'stream 1 PROTOCOL_ERROR'),
        ('Proxy-Connection', head(1, GET + [('proxy-connection', 'close')]), 'stream 1 PROTOCOL_ERROR'),
        ('Transfer-Encoding', head(1, POST + [('transfer-encoding', 'chunked')]), 'stream 1 PROTOCOL_ERROR'),
        ('Upgrade', head(1, GET + [('upgrade', 'h2c')]), 'stream 1 PROTOCOL_ERROR'),
        ('TE of another value', head(1, GET + [('te', 'gzip')]), 'stream 1 PROTOCOL_ERROR'),
        ('less than the length', head(1, POST + [('content-length', '5')], OPEN) + frame(DATA, END_STREAM, 1, b'abc'), 'stream 1 PROTOCOL_ERROR'),
        ('more than the length', head(1, POST + [('content-length', '2')], OPEN) + frame(DATA, END_STREAM, 1, b'abc'), 'stream 1 PROTOCOL_ERROR'),
        ('a length and no body', head(1, POST + [('content-length', '5')]), 'stream 1 PROTOCOL_ERROR'),
        ('two lengths', head(1, POST + [('content-length', '1'), ('content-length', '2')], OPEN) + frame(DATA, END_STREAM, 1, b'a'), 'stream 1 PROTOCOL_ERROR'),
        ('a length that is no number', head(1, POST + [('content-length', '0x1')], OPEN) + frame(DATA, END_STREAM, 1, b'a'), 'stream 1 PROTOCOL_ERROR'),
        ('no host', head(1, request(authority=None)), '1: 400|stream 1 PROTOCOL_ERROR'),
        ('an authority with a user', head(1, request(authority='u@x')), '1: 400|stream 1 PROTOCOL_ERROR'),
        ('an authority with a space', head(1, request(authority='a b')), '1: 400|stream 1 PROTOCOL_ERROR'),
        ('a fragment in the path', head(1, request(path='/a#b')), '1: 400|stream 1 PROTOCOL_ERROR'),
        ('a space in the path', head(1, request(path='/a b')), '1: 400|stream 1 PROTOCOL_ERROR'),
        ('fields beyond their bound', head(1, GET + [('a', 'x' * 12000)], OPEN | END_STREAM) + head(3, GET), '1: 200, 3: 200'),
        ('too many fields', head(1, GET + [('a%d' % i, '1') for i in range(200)]) + head(3, GET), '1: 431, 3: 200'),
        ('a head beyond what nghttp2 takes', frame(HEADERS, END_STREAM, 1, block(GET)) + many(9, lambda i: frame(
            CONTINUATION, END_HEADERS if i == 8 else 0, 1, block([('a%d' % i, 'x' * 16000)]))), '1: 431|stream 1 ENHANCE_YOUR_CALM|connection ENHANCE_YOUR_CALM'),

        # Bounds.
        ('more streams than allowed', many(101, lambda i: head(1 + 2 * i, request('GET', '/suspend'))), 'stream 201 REFUSED_STREAM'),
        ('a flood of pings', many(5000, lambda i: frame(PING, 0, 0, bytes(8))), 'connection ENHANCE_YOUR_CALM'),
        ('a flood of settings', many(5000, lambda i: frame(SETTINGS, 0, 0)), 'connection ENHANCE_YOUR_CALM'),
        ('a flood of resets', many(2000, lambda i: head(1 + 2 * i, GET) + frame(RST, 0, 1 + 2 * i, struct.pack('>I', 8))), 'connection ENHANCE_YOUR_CALM|connection INTERNAL_ERROR'),
        ('a flood of empty bodies', head(1, POST, OPEN) + many(5000, lambda i: frame(DATA, 0, 1)), 'connection ENHANCE_YOUR_CALM'),
        ('a flood of priorities', many(5000, lambda i: priority(1 + 2 * i, 0)), 'connection ENHANCE_YOUR_CALM'),
        ('a flood of pieces of a head', frame(HEADERS, END_STREAM, 1, block(GET)) + many(2000, lambda i: frame(CONTINUATION, 0, 1)), 'connection ENHANCE_YOUR_CALM|connection INTERNAL_ERROR'),

        # The beginning (section 3.4).
        ('no settings first', first(PREFACE + frame(PING, 0, 0, bytes(8))), 'connection PROTOCOL_ERROR'),
        ('an acknowledgement first', first(PREFACE + frame(SETTINGS, ACK, 0)), 'connection PROTOCOL_ERROR|fine'),
    ]

    failed = 0
    def run(case):
        global failed
        name, bytes_or_call, expected = case
        if callable(bytes_or_call):
            found = bytes_or_call()
        else:
            connection = Connection()
            connection.send(bytes_or_call)
            found = connection.outcome()
        if found not in expected.split('|'):
            failed += 1
            print('%s: expected %s, found %s' % (name, expected.replace('|', ' or '), found))

    for case in cases: run(case)
    print(len(cases), 'cases,', failed, 'failed')
    """#
