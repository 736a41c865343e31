/** Public keys (SubjectPublicKeyInfo) and their signatures of `DATA`, by hash, all in Base64. Node.js made them. */
export const DATA = "signed data";

interface Signed {
  readonly key: string;
  /** The signature with SHA-256 in the form of IEEE P1363. */
  readonly p1363?: string;
  readonly signatures: Readonly<Record<string, string>>;
}

export const SIGNED: Readonly<Record<string, Signed>> = {
  rsa2048: {
    key: "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq/3YlsWdt8uOSgNaQyGDLPA87R+cyxTkHgETVcnUwBC6psyRQuQC8BY+vICrw20zQkSvdetzmqYj5RPbVdVFbf6JEY5K2Db9yFajDtzyXaYHVcTuui99ySqdVywuYL+TNvr5YvxbFCHcBf9gAZ/pvsA5Kbnbzy6GtHK4DC6euh6eDZ6QnBjLWGa4DIU83ttFSeGAsrrntZ3M/iqCurfEka4rCJ1Xv5Y8C9n05jtIS4shlI/xzhWqwDLi/wLlcthCfOxq9FRXz6iQI+fKE2ssPr0sE9EEVU74j11MhAI8eOPoycxYoD3swvkkSoselnlZUz6GrXG6UKVIuPG7w3sMtQIDAQAB",
    signatures: {
      sha1: "hLjDTQU5sosIbd/PyWGoddRZHqkGFoEatVqfqoocBb9rrI3HYf+jOMIPRWG3TjL8ON5FxTrZBB5DWk+STfXHTniXlO85nohflZI5M1MPVMJd8ul5dJwXkfyS6ClrBxTNR8yZIekKHl6fU/3MMHS7nKvuxuS4x19MCW5Y4GY/oEa+nTMmIhvEZr62l5jEG6Kq0Kp17l7qXIItdI51RpaMI++5yfXtyXi+0A/nfaRaeHnYuUKz3z8ckL59QejiuEvUwvMEFpjORairQVmCGw+cAWN0mjOcqpEpxGHQ8QWzod175Pxe/Oi/sDVsUZMvb98uNtrl912WtI9CadeVXdeULQ==",
      sha256:
        "eSNeNxWAyTXa+/nBCPrQ9NoOhdgMFVGjrIOtEN2bqTAgtgg49zc7SwJtasFe6KOGBBuCR6UNWbaH17skPSE9DbP2cae5Tiw8tiLdh2qI09Vqg6MW5J9oRbgu59e47VOef0Ud0i8xjckPUQBvbFtx78z7/KPJaBe7uKwT37v8hNrzFKaz3YUgNWUkxFhf/BI0yBFoAGgooGkjryP0EwdqqQhRBAIpd41N47ziPYatfVnzrsscid2i/UL0BkKKkKRYMQ42r0Pr7k3xcfO4s7ENYEZptc+Ug8H3/i1uWz7tPPmTHzwdZ4gizdkiX8vfws4JlKreInuclFN8jLeE1rqMOQ==",
      sha384:
        "oNNlMVJnPHPzIfoH91M0o8lHed16PspblJvMZJNjfCLjsDqoD/fB4ZOYH0oLqRGvsh5VaO/BOlSa1KcluF/qylTAywPxEz6AFji8yoZYaDuPpzFtzBuRQhe2d5R+mJ/hpO8UD2wt1p8AsRxb24gEeyA6SRZC38i4ZxNiu9WazfTaEyaWsxhk/hzSyAw5jhJzTSAwPJAnL6yOmJklq+F1Mux0MKR4Ld6BHSLFTckOwrCYZz9iJggb3Ma03MU64tOtZTJis7yQM9YzmU691j8aUEDCd34Pt/wWFW9jXT/Ib29lQUv8g79br31r4T1X9Q/fGJHKiPk2wahOWIDXwVUCBQ==",
      sha512:
        "IUcM76iu2S80OTnoVBtgCR6oiv9r0p0VvGsuVOcCD+YJDCLqz6jbFxqb/OZRdFOPD2jRHMRmFDU9npFwrsOmUni+v0pVegkqcSJ8O0Et+UyUvZEOz8T5tD72ZGu6h49cewp2nRFWDc4OvA4AMmQgQGnVq/G5XbNaDRvewVUWJ1fXRw0KE6JOySC1A6nunVdRIQoT8L9lXxDtWsMymbORdFvO2kQQcYxPXiPLN2IUd5mpxwm/VI0HYrX6L0ocn5DcAfkHmODXl1kpHowciUozikBBSLttv6PHgIJwUSzNC7TUohUGk20qlEqXA8PgsiRltiG5hbfxn14qm7J1LRLy8Q==",
    },
  },
  rsa1024: {
    key: "MIGdMA0GCSqGSIb3DQEBAQUAA4GLADCBhwKBgQDiFUOAXtPyG1KarSBhMSqQkIHSVK6c7dUvwvdn3GI0Zqa6FwL1tPFifR7elXfDWFlb58K4gRk8L2mOMjfY6a/bRfLmZyAbIu/PGgDuTLMhYWwSn74LpPADjxplYyCdMrNpcuDGGS3kr2Ha/pkhm5wM762YIvGASXjDg3B3ZF6bywIBAw==",
    signatures: {
      sha1: "TJ2PjgdtTRXLEVOuqH8SIvBhP/3GLnIuGuWs8c01f8osD3rJ/Tcev25HHvbq91RVDIeO1uJBnYqK7wVNBWypLu65z+vodfEF6kUGh870xUJ1i5BivttsfLlO9dHDK4YisZcBpeAJZxUiPIk3A5m2PqWWVlPzY67nSXllY04WVp0=",
      sha256:
        "MOnMKB1cU43g/GGr4t3zBOYi7KDIo43gDt6EznWYi83uQPao+5rM5esWxRfk+oCplrKcqeb6sv29UkjNGnrcXA0u3I59bf31S90fWhbrsamvYPAroqJCUBsWpdOiK+mn8YVgS+Fh6ewheH+CibXCRwuqJ6VrkwtYHpMZJKEuLj0=",
      sha512:
        "bEeagrNIyQW5X5As5X2JGPwZV0qNrTmabhOw2206vqCrXbbAd60hoqBfO/GhNpuakqNdPxlzGaR2vhRDuqGK/BzHOHMOaKwkKIji8ulZ3nX9p31B8jLjo3fw3nZ6UfvI8JAtkotxuyLoOsTtcIWdDR/dSpKVmDkwlbpv1oVXucc=",
    },
  },
  rsa2047: {
    key: "MIIBITANBgkqhkiG9w0BAQEFAAOCAQ4AMIIBCQKCAQBwyghD2Urq52ZuY/cxRJVuyffJBg0VV2+TCK7LGxvxu7T354iwTUb7tYh3Do2tKb5nF7iwR9bRuvsOda3xOaL+8rQ1HPZhonKKJPj4TemD5Xk2bIpr4HVspTdsfNqZfK94Wj2WJsa7JdsGPn2omN3d31CFEkEf2cZYWXyKz4JNA6gA62XfenBG1vbxM5zXxCb54FCgM/2eT+dF9+Z8apY3Gqf+ypeiA9PMVgwNcts+08krglXcpR+fvpK3gzPa/726mrKUCnofUakXw8201EOrZDD8pOI+JSImy+ZOto5FXovSTdAOeOl4uxU4T4qgIL71swdNg+Nn8mlbUX2dXhhBAgMBAAE=",
    signatures: {
      sha256:
        "TpaMa1wr0bocJsgpAjDC7CplRJaLxhAe2Zf+0vf/gAoUZwgD6mk++Rw3s3CQqQEeQIZuY6UjI68J4w9aYe0gelrw2W552dw4CrQs5U7twhEPVGFVfYjOeRC8g0HcfN/DiCkevUP6kIcWAdg81yjZuk7hiTsG+hmX2Eoh+Q/fDSe6yY+dpwaRjSZ2sv+PZQyLwlqoapSastzqwJlBCkDMRJOKX2dH+xHkDosYN47s914InGysviXvlW+eKdufw7O+Y+Kz7LcrLG9ol4i9O6DuMIvfhgbt1zZNokZFIT6tJTD4zOSaXI8JPCHQ+0ldoPtxUJNwj4N0bF4UyFNvQhrThQ==",
      sha384:
        "VcxIhTHb6+C8km3zsxQVZ1wDKFS6DtlzzBCjfshMhRiwkxt9wYsw9WVPHIR2IAQgSGxOfJ1wRE9zDlcm4iHPAlvCHMz3jeHk5wSHQjrZXpKu0yYSNOz1s+jK1SoRQpg9CqCq5HJoTr9LRNL3tjWG7TpS8KwBC/LnaWZsXtrUCbWdLeMYeZ6IahG13dFWtSw0E+N79/qN1gIsjoVSzrSMaSMBlDCdAxLSp2DNJzCoLzRalfmiIROXcuW6LLpIeksC/wt6VrbfoQdxETTLGLC4t108f1btivTmGDU4EZNnfW+6KrthGDNx1gHZ1x3eXZwsmyqVnadtwDEtwF/tvxsOQQ==",
    },
  },
  p256: {
    key: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2t19x7pRQk/bkfVbfTx6AOKym6sRO7e3mhm2M9y03Xet+5MYWHg61oBiLZr13LtiOJ0/WhRXhuNslPUObrO9mQ==",
    p1363: "Bnv9IqjfwwwViy594tcAibt/wkEzzFnWMuNYglpJuO8/1qm9M/NghlsZbw+GuzJ69XpHELxC5/8csonatncW5Q==",
    signatures: {
      sha256: "MEQCIENK5CDBMhO8RFoyvL5VmplQaw5jcDlCuMsULWouxzXbAiB9xN00zrQWddXhuOfdr/0z2HcnuTQWhUJMxs+ShOe+Bw==",
      sha384: "MEUCIQCka+dp5vGfU+uPa8wSIt6HNXX6/rG+AIXDgOQfLXZRVAIgauk1hDscsC6Qsa3acbh5oXs+MSs1ljJEwKehflGI8V8=",
    },
  },
  p384: {
    key: "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAERCBrtRUYyRkY2cx8sbp3nonzgXj0NoeanO9OvkPiFF+R1St33AJbfi/6wC6DpFPKj+SecMWq7UsQEgdo0Y2mAGBOY70BvDl8K52RgiRvpQe0vFZJBcEljFIqRWwKXHjK",
    p1363:
      "QSgJ4gsM0o+mUMbJuF4wYvy+9H2jbp4ggXwF2u3mdthzop6NhAKz8dX2Xozazq8TlemT949LuzzlpaOVmRLxtDbAJlW1d50g3Fm4c/JFShY3vUBv6FnCNAqD5DjeIlPm",
    signatures: {
      sha256:
        "MGQCMA93g6YJTa1UT1kvlnk6IAL8m5skRH2s2/QAgmOLC1BnVqv2Uo+hPwdI56LM7ikrngIwdW66L3U3AYlrj1WQIIiWBQwLO0lEnD3Fh1sGoOwy8T1O65McQ64j75Dho+GbF3+F",
      sha384:
        "MGQCMGWAj7RaWEvI/a0O9pNHsIDxpjC/p2rj+6zGlWv3XTuPAfolRQHVe3Odz1XXoK74LgIwaAzAW/xaag2FgkfMjpWDA+v7WC0U4nR13lvKqsIvso1SPzKlzhy9E9PoN2YUnuHt",
    },
  },
  ed25519: {
    key: "MCowBQYDK2VwAyEA98LwQ/B50GmfpEwYtPny0XzgmkPn+1Gaz7Y5PzLib0E=",
    signatures: {
      none: "juWAM/qPouvbiKZCWHMGJSVLfXhioIW2RdI2sz6cBCSqfVROpMRSObJy858gT2+IuskG1ZSjCkZKlxgDHOXHCw==",
    },
  },
};

/** A certificate in PEM. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIDATCCAemgAwIBAgIUbmsAv+Ly6gEjx+YgEB2xppRTfrUwDQYJKoZIhvcNAQEL
BQAwDzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjUxMDUzMzlaGA8yMTI2MTEwMTEw
NTMzOVowDzENMAsGA1UEAwwEdGVzdDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCC
AQoCggEBAJUzY7ueUatS4ZGM1TKVXr+tlxiKJlNrJ4jyvJXhC73jjMhJW3SBmLkT
iQq4uYUpfnxOquZoXsKWSMwB08O7f4rPQb5najxAnXYN64+20QdGe2rq1kdbrByX
D9IV6cWjt4pRNtsbEcP3chiZ+ghmuoAXgVdpvxvTDPZXxxJzP5a1lxNxpZsBVXxg
Oxkrl7UFjpBydrtJKGrGZEqYFMLJjJCYjMhZlvTmaEXpau6gmAs56e/Gm5jizUNl
9d8Qk8drcAaa9Z0Tlrxq6Eu9FRJ6zByAA70I2mNGAUfdHxckNU7UcWbj2TIrzxdI
qxc1CFnCQh2y8dozQ5lq3lt5WPkbmu0CAwEAAaNTMFEwHQYDVR0OBBYEFGPyYmjA
Q/hy3GhYnfpPh8yo9U5PMB8GA1UdIwQYMBaAFGPyYmjAQ/hy3GhYnfpPh8yo9U5P
MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAGWJpm/7rND43GVA
JEJnndQiafddvSYMPySOm78hBjMXIVJ1HwSQSHHOAHLkmib7E3zZnkV8IzJfNNBj
27P2lX83r/WJMHBOtbVqCqfek3GMZs04RKJ+7uGx6Lm1MKve1d0+Up0jHxnfy4TC
9VgAdQ3wEHuDJwU3jj4vqx5jXcWF0wfMzyY0bOAhd5zBW2ITkwRBkWZm6CiojdHK
rSayjHTI08H71z4WY/GCorzW8e9onzf1tgxjQqv4logK/+39Q3Et71jc8tQI5KUA
WiIQR4I5iJLDV/blOvB+VU+MOUn2xijxU7/Vfo6UZYQCw8pIiIKyqWem2k+e18nN
/EQhXmA=
-----END CERTIFICATE-----
`;
