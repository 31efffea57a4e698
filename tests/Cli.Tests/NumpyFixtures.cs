namespace Looped.Cli.Tests;

/// <summary>Files written by numpy 1.24, in base64.</summary>
internal static class NumpyFixtures
{
    /// <summary><c>np.savez_compressed</c> of float32 arrays in Fortran order, d = 2, V = 3.</summary>
    public const string Parameters = """
        UEsDBBQAAAAIAAAAIQDWENrOVgAAAJAAAAAHABQAV19RLm5weQEAEACQAAAAAAAAAFYAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNmoq6j
        oJ6WX1RSlJgXn1+UkgoSDykqTQUKF2ckFqQCuRpGOgpGmjoKtQrkAy6pfXPsFxU02OW4Hdlvkb1uHwBQSwMEFAAAAAgAAAAhAMZdtfpWAAAAkAAA
        AAcAFABXX0subnB5AQAQAJAAAAAAAAAAVgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChIPKSpNBQoXZyQW
        pAK5GkY6CkaaOgq1CuQDrlO83ft6lGbvbyxj2Xe+nm8fAFBLAwQUAAAACAAAACEALjNa71YAAACQAAAABwAUAFdfVi5ucHkBABAAkAAAAAAAAABW
        AAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEg8pKk0FChdnJBakArkaRjoKRpo6CrUK5AOuiU9Z9mvt5LK7
        avLfnmNFxD4AUEsDBBQAAAAIAAAAIQBuqbETXgAAAJgAAAAHABQAV19oLm5weQEAEACYAAAAAAAAAF4AAAAAAAAAm+wX6hsQychQxlCtnpJanFyk
        bqWgbpNmoq6joJ6WX1RSlJgXn1+UkgoSDykqTQUKF2ckFqQCuRrGOgpGmjoKtQrkA64XLBP26fC37+85+M1OjFV7v6D4iX1p7iX7AFBLAQIUAxQA
        AAAIAAAAIQDWENrOVgAAAJAAAAAHAAAAAAAAAAAAAACAAQAAAABXX1EubnB5UEsBAhQDFAAAAAgAAAAhAMZdtfpWAAAAkAAAAAcAAAAAAAAAAAAA
        AIABjwAAAFdfSy5ucHlQSwECFAMUAAAACAAAACEALjNa71YAAACQAAAABwAAAAAAAAAAAAAAgAEeAQAAV19WLm5weVBLAQIUAxQAAAAIAAAAIQBu
        qbETXgAAAJgAAAAHAAAAAAAAAAAAAACAAa0BAABXX2gubnB5UEsFBgAAAAAEAAQA1AAAAEQCAAAAAA==
        """;

    /// <summary>3 x 2, big-endian float32 in Fortran order.</summary>
    public const string Embedding = """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPmY0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMywgMiksIH0gICAgICAgICAgICAgICAg
        ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo/dS+tPMa7/z8LjAm+TJjuP8Xddb8BVqw=
        """;

    /// <summary>5 x 4, int8 in Fortran order: <c>[[0,2,1,1],[0,1,0,2],[1,0,0,2],[1,1,0,0],[1,1,1,2]]</c>.</summary>
    public const string Data = """
        k05VTVBZAQB2AHsnZGVzY3InOiAnfGkxJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoNSwgNCksIH0gICAgICAgICAgICAgICAg
        ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAEBAQIBAAEBAQAAAAEBAgIAAg==
        """;

    /// <summary><c>np.array([2, 0, 1, 3, 1], '&gt;u2')</c>.</summary>
    public const string Counts = """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPnUyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDUsKSwgfSAgICAgICAgICAgICAgICAg
        ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAgAAAAEAAwAB
        """;

    /// <summary>4 x 4, symmetric, float64 in Fortran order.</summary>
    public const string Matrix = """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoNCwgNCksIH0gICAgICAgICAgICAgICAg
        ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIApFvHgyOpLyP5WuPwkgzvE/gp7N5S3u9T+MOxxXGgwHwJWuPwkgzvE/
        eOtk7Wi1/r+HLJGZN+gAwIYDKuSm6fo/gp7N5S3u9T+HLJGZN+gAwE9Nh1T1OAHAylIU58fA6D+MOxxXGgwHwIYDKuSm6fo/ylIU58fA6D9UbxR7
        887YPw==
        """;
}
