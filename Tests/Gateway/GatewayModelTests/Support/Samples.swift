/// Certificates and keys made for these tests alone; nothing trusts them.
enum Samples {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBhDCCASqgAwIBAgIUOViG5pW15lspxPqskQH7pwd2AJkwCgYIKoZIzj0EAwIw
        GDEWMBQGA1UEAwwNYnJva2VyLWNsaWVudDAgFw0yNjExMjQxMDQ3NTZaGA8yMTI2
        MTAzMTEwNDc1NlowGDEWMBQGA1UEAwwNYnJva2VyLWNsaWVudDBZMBMGByqGSM49
        AgEGCCqGSM49AwEHA0IABHVhTFT3cz+f5/lpaPUMNWFJLW2A2qXBxOYMbJc2BEVW
        bmDkJv9cilXCfL3v6o2e7ukOugkHnR66yqkovOM9O9OjUDBOMB0GA1UdDgQWBBSq
        YsWEUMDCgwdzUcR1zsTUZdp5/DAfBgNVHSMEGDAWgBSqYsWEUMDCgwdzUcR1zsTU
        Zdp5/DAMBgNVHRMBAf8EAjAAMAoGCCqGSM49BAMCA0gAMEUCIHLhTGu+DpAvnVYS
        mZ2aNklwS0e6tzKTryv5WkRgzFSZAiEAxrgsxoJiwVsrfd+tvc+vbkPQTLQX5Y2t
        nTDDXm3Vrsc=
        -----END CERTIFICATE-----
        """

    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmFSRuwxApc51BVsu
        A+jZmalKV5Y68w2fw8ASLEXnp3ehRANCAAR1YUxU93M/n+f5aWj1DDVhSS1tgNql
        wcTmDGyXNgRFVm5g5Cb/XIpVwny97+qNnu7pDroJB50eusqpKLzjPTvT
        -----END PRIVATE KEY-----
        """

    static let encryptedKey = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi6ew+IbG9TeQICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEFPLzTaN15XNNygeJUV7EW0EgZAI
        NTGYBZwjW4TAKg6vXRIfU0Of+VG/XT9btdw5HtvQNdgecTEnd/mHJzOGJkwxmTyi
        MLy0D27GavYiA+ywn/WhWq/Cx65KQJHtJOEXvvJKwyMnOUoX+FRoIGqbqdhOhh7m
        KU4vs8RFvO+p8W4itIibZthwuBdZnnios/AeUgt8uBzPkLMdvzoI+4k580OQVd0=
        -----END ENCRYPTED PRIVATE KEY-----
        """

    static let otherCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBMzCB5qADAgECAhRbnal1nQI0sZ/8zmiGZrOxrxeIITAFBgMrZXAwEDEOMAwG
        A1UEAwwFb3RoZXIwIBcNMjYxMTI0MTA0NzU2WhgPMjEyNjEwMzExMDQ3NTZaMBAx
        DjAMBgNVBAMMBW90aGVyMCowBQYDK2VwAyEAqcAhHJwCl26y3Yie/LW30H9Zj4Cw
        XoLj7bX6GHIimJWjUDBOMB0GA1UdDgQWBBTcmWWsqjrwOn0FF4JSx24a00wgszAf
        BgNVHSMEGDAWgBTcmWWsqjrwOn0FF4JSx24a00wgszAMBgNVHRMBAf8EAjAAMAUG
        AytlcANBAE2GTyr6pliFQ/ISa1kY1r8yxHvxZnflM9g2f70i2RQ98WsxH4Rr3pjL
        PdJ2N1iJl0hHsd0M5MJXYD+3F5+K0Qs=
        -----END CERTIFICATE-----
        """

    static let otherKey = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEICQedHbcgTP0cPNhdqXrQYPI72834gLPDtXE0CNvHh/B
        -----END PRIVATE KEY-----
        """

    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBezCCASGgAwIBAgIUQ6tBosBqchhDkNwcjVmAdGGO+uMwCgYIKoZIzj0EAwIw
        EjEQMA4GA1UEAwwHdGVzdC1jYTAgFw0yNjExMjQxMDQ3NTZaGA8yMTI2MTAzMTEw
        NDc1NlowEjEQMA4GA1UEAwwHdGVzdC1jYTBZMBMGByqGSM49AgEGCCqGSM49AwEH
        A0IABP4Ef6T/tji9/S8x0MRn/fB41cmkNt9Dp+x0JxAuswoHWBYPOelqM+VH33T5
        WzH5dubIFdvbIAZ/WDQb+srAilKjUzBRMB0GA1UdDgQWBBTRlRfFTsoNebTw8EIl
        hH2vmNU1PzAfBgNVHSMEGDAWgBTRlRfFTsoNebTw8EIlhH2vmNU1PzAPBgNVHRMB
        Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQD0FYHUfCERwF3qh/wliD8M93Vv
        3eQ34EEZABqo8WMVlwIgCHtKTCmtQ8aqjcN6Ifx7K2uBgIueSbxrznuP6bOVVFw=
        -----END CERTIFICATE-----
        """
}
