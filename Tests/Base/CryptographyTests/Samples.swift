// Certificates and keys made for these tests alone; nothing trusts them.
enum Samples {
    static let root = """
        -----BEGIN CERTIFICATE-----
        MIIBojCCAUegAwIBAgIUHJoJuACbPQaSG8cvoZn2oMqt0CEwCgYIKoZIzj0EAwIw
        JTEPMA0GA1UECgwGU2x1aWNlMRIwEAYDVQQDDAlUZXN0IFJvb3QwIBcNMjYxMTI0
        MDkyMTQwWhgPMjEyNjEwMzEwOTIxNDBaMCUxDzANBgNVBAoMBlNsdWljZTESMBAG
        A1UEAwwJVGVzdCBSb290MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEA8DAln1s
        Al92wF0yA0EY2N7PEwhL9+H8T8/uOWnV1dkDTMEuAgN5EPW3PTvTcXneoav2K2ax
        doaxAkkOLqzhhqNTMFEwHQYDVR0OBBYEFJDlUu5Beu2cG5Sao/3ojZh5dcSnMB8G
        A1UdIwQYMBaAFJDlUu5Beu2cG5Sao/3ojZh5dcSnMA8GA1UdEwEB/wQFMAMBAf8w
        CgYIKoZIzj0EAwIDSQAwRgIhALslEHDxod4glCTPLNdpi+rnBcfZAwWfNxyWZGiT
        /dybAiEA9dPw6sMHV7vl6V8su1r0pR9vNUJeoMOHDRswPK2HxJc=
        -----END CERTIFICATE-----

        """

    static let leaf = """
        -----BEGIN CERTIFICATE-----
        MIIB5jCCAYugAwIBAgIDChssMAoGCCqGSM49BAMCMCUxDzANBgNVBAoMBlNsdWlj
        ZTESMBAGA1UEAwwJVGVzdCBSb290MCAXDTI2MTEyNDA5MjE0MFoYDzIxMjYxMDMx
        MDkyMTQwWjA2MQ0wCwYDVQQKDARab8OrMQ4wDAYDVQQDDAVmaXJzdDEVMBMGA1UE
        AwwMZ2F0ZXdheS50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEGmZHWBcV
        O4Bbdxq5moU+ag36Tt9YjJ51aYMwsUpApfLFjrYNaofxirKEqm7ZClN5ujmD4oQl
        kUchHUgP5wG0xKOBljCBkzBGBgNVHREEPzA9ggxnYXRld2F5LnRlc3SCDiouZ2F0
        ZXdheS50ZXN0hwR/AAABhxAAAAAAAAAAAAAAAAAAAAABgQVhQGIuYzAJBgNVHRME
        AjAAMB0GA1UdDgQWBBT+b2jwd1HN4WXdgl+v/w998pCfwjAfBgNVHSMEGDAWgBSQ
        5VLuQXrtnBuUmqP96I2YeXXEpzAKBggqhkjOPQQDAgNJADBGAiEAkyBmeQXHBD+P
        lP1SqxIKqkyiBLDbL8KOV7k9nK/ihJACIQDGSEMIjiFr5s3NIopmxMMIW7WJbFNR
        tNoLtknKApTO7w==
        -----END CERTIFICATE-----

        """

    static let leafKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUCzUv4mYTncaOc7p
        mNyzKTeG4qObXY298PwiHRx6cVahRANCAAQaZkdYFxU7gFt3GrmahT5qDfpO31iM
        nnVpgzCxSkCl8sWOtg1qh/GKsoSqbtkKU3m6OYPihCWRRyEdSA/nAbTE
        -----END PRIVATE KEY-----

        """

    static let encryptedLeafKey = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi9Cz4aFBuVBgICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEMhJVy5gmrPXD+nL2i2ehI0EgZDd
        U/HlUsEsrCjTfWj/VBfyJnh2HaP4FBS9VtPPQLz6C/CDsZ1AWu+fBIMKEwTxW5N2
        IjJ2fgaQNdIYX10mPf8bl69tvpyXREeGtKejM0kyq/bIG6mlf/oM+ob9C2+JX/jJ
        9Lx6lgFSiYzrP0dxiQXKd+C0HL3JAVjmKMeUUFBCQWFZaye2XOnpQ54wCCKyoZ4=
        -----END ENCRYPTED PRIVATE KEY-----

        """

    static let rsaKey = """
        -----BEGIN RSA PRIVATE KEY-----
        MIICXgIBAAKBgQDlgRcluyNhTq4qvuwusqLtd2zvv7jvoha1XD3or8Um7TOBGblO
        uRJtcGMMLN4YQUbjvL6fRKjDTcNFPLb3DBxaNNSaTBMfZQDx6lunVHMfoLz9oNJo
        4zc85h/tNgYPNJRiD9lJBd0wsFYnTgiS9banf/irkZhm5UdKSWJOx1ne1QIDAQAB
        AoGBAK0Pge/uxMgct5L+M0UnaVqd4qSLMx5oYK1TqE9tM8KdvWfNiQHG5xFlXRsS
        PkuV9anHawrYkFXtrqDoHqP+GuWw4DVrYsLMgqXNkKKQGAbGgGgISLxo+qJHs47x
        ISLW0cBAfjynXiWbut+sCbwmr4T4cMiVollHsgL9iqEfHrPBAkEA/ZHEazryAKcP
        2WstsrSQS2RMqBWRMvbHHU/aSXmnk5vN5fiai6d2a4BPuWi3pklVQ0NKwdfCyETI
        HbarIsQR0QJBAOe0RRLBMm+kQOTJSp4mxUGn1N859hpWNdvttNvGSytGIY5DGWta
        pvPceH5OWbxjkZdTsKA0L4xh6Jcr/Eb+2cUCQQD2GSFfSShTBdFWHLWPebuJ0GCt
        ybDQm74IbtXW9eF0W4TsK+oinHdMQo4dzspe81FzJL5LgBKluEvYus9BwLXhAkBo
        Pk15Q5xaaA6eIAXHI3BJuqVmDOCxNqoimU5uNkdpX7MHGx8bknxcaIt5X+y1eiJt
        b8SePvxJb19CbBKjKlN1AkEA/XbE/svjKGEZSSjCjskrVVjTAseCny6y+wNaOQ5g
        9tzQnMigl9jXcBsWxwX2+jfWD/1US/Q+FG2AzQJnNqDm5g==
        -----END RSA PRIVATE KEY-----

        """

    static let encryptedRSAKey = """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,66086A0A2CD22800C975BC5F95273F08

        TGfh7+Cr9iJPJM4uRamyHceHnKowv/YU3Vg0hEvmOYgTtS9kxRPwz4PNExKaQRr6
        EwWxUBFDaDIfib4ynmDPo4qBkCzDb2+N0QGuQ0Vxw7Umdp292y4Hvz/KdPPwwVFY
        VdjU4QF3g4Z5y9V7MkKIJF0yK+fYLoD8ZqSG2kHQ3b1svVGewea08hsMO43RBwif
        OslHC+BaHAMJeXW7V8hC5Y9QpZ+/4JqJ9nI+IT7ZGvD9l4X1gSDzINyvxwHnIYtv
        u5TbjfLYjAaEwVBS7zWRUGCvm6i7GgtVImDsA7cXBBShnBGDMVbsHhKli9FnC3Rn
        ZZluTR8Lc5bnhAxjqrRQYCvqm+cTNmZ/NWTEBQv8QmYiEluPVgH9axWjGL+vh2WX
        eL03jo7YiNxMBo4eoEpPmxnVssgNluSI+zB2b1kdHXdz7xghCU6areJidGi3COIT
        jsGPpNSDO4Aj7/ZrcwUc258gOsRmPUceUq5PD2OQEVjY1QC2xn3HWvcTimC5rXCv
        WVhsnTyxj5urzYyG3U+hxIx1ZCfWmkWs3c3FUdbtTdqf1jC71PculLKWGoOG+H8/
        xppxqLWhMW4OgcAyXRxRUIAtPYvsIuDK5RhH+vd/wm1lImslGvWQoxEBrwhVnk0d
        nShorkpI+50cMkbRHSec2n/qH+V9sRfvyl3IvFVk84jqaseuYF+WB7NElfbT+KS+
        bOUjBW+ogOldycwubVNpbVDxReZmKblmwbrEwHQJYnrjaTmuhF55KandSFsdWodo
        rM0XkbVU+tiI6b1gck70e13PaHg5nodb/BlG+N02U6vt/Or31xabzo9rebQny5YW
        -----END RSA PRIVATE KEY-----

        """

    static let edwardsKey = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIA7zPEa0Y30v3/CqyX4rzndRk9sHGfvPddJgNPIhlcWe
        -----END PRIVATE KEY-----

        """
}
