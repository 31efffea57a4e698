using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

public class ContractConformance
{
    private static readonly string[] Patterns =
    [
        // matrix products in all transpose forms
        "mk,kn->mn", "km,kn->mn", "mk,nk->mn", "km,nk->mn", "mk,kn->nm", "km,nk->nm",
        // batches on both sides, on one side, and innermost
        "bmk,bkn->bmn", "bkm,bkn->bmn", "bmk,bnk->bmn", "mk,bkn->bmn", "bmk,kn->bmn", "mkb,knb->mnb", "bmk,bkn->mbn",
        // inner, outer and elementwise products, matrix times vector
        "k,k->", "m,n->mn", "m,n->nm", "mk,k->m", "k,kn->n", "k,nk->n",
        "m,m->m", "mn,mn->mn", "mn,nm->mn", "mn,n->mn", "m,mn->mn",
        // scalars
        ",->", ",n->n", "mn,->mn",
        // several summed labels, in one order and in two
        "abc,abc->", "abc,bca->", "mab,nab->mn", "mab,nba->mn", "abm,nab->mn", "mab,bna->nm",
        // attention and its derivatives
        "nla,nma->nlm", "nlm,nma->nla", "na,nma->nm", "na,nm->nma", "nlm,nla->nma", "nlm,nlm->nm",
        // a trailing axis of directions
        "nle,nmek->nlmk", "nlek,nme->nlmk", "nlmk,nma->nlak", "mek,ne->mnk", "mk,kne->mne", "nvk,nv->nk", "nv,nvk->k",
    ];

    private static readonly int[] Extents = [0, 1, 2, 4, 8, 9, 15, 16, 17, 31, 33, 63, 65, 80, 129];

    private static readonly (double Alpha, bool Accumulate)[] Scalings =
        [(1, false), (-0.5, true), (2, false), (1, true)];

    private static readonly Layout[] OutputLayouts =
        [Layout.Contiguous, Layout.Contiguous, Layout.Sliced, Layout.Transposed, Layout.Strided];

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void Every_pattern_with_each_extent_in_turn(ElementType type)
    {
        var random = new Philox(4, "contract");
        int[] small = [3, 2, 5, 3, 2];
        foreach (var pattern in Patterns)
        {
            var labels = pattern.Where(char.IsLetter).Distinct().ToArray();
            foreach (var label in labels.DefaultIfEmpty('-'))
            {
                foreach (var extent in Extents)
                {
                    var extents = labels.Select((letter, i) => (letter, small[i]))
                        .ToDictionary(pair => pair.letter, pair => pair.letter == label ? extent : pair.Item2);
                    Check(pattern, extents, type, random);
                }
            }
        }
    }

    [Theory]
    [InlineData("mk,kn->mn")]
    [InlineData("km,kn->mn")]
    [InlineData("mk,nk->mn")]
    [InlineData("km,nk->mn")]
    public void Products_of_matrices_larger_than_every_block(string pattern)
    {
        var random = new Philox(5, "large");
        foreach (var (m, k, n) in new[]
        {
            (5, 128, 66), (4, 129, 64), (3, 257, 67), (9, 31, 130), (1, 300, 70), (66, 40, 1),
        })
        {
            var extents = new Dictionary<char, int> { ['m'] = m, ['k'] = k, ['n'] = n };
            Check(pattern, extents, ElementType.Float32, random);
            Check(pattern, extents, ElementType.Float64, random);
        }
    }

    /// <summary>Deep products of a million terms and more, whose factors are copied into panels.</summary>
    [Theory]
    [InlineData("mk,kn->mn")]
    [InlineData("km,kn->mn")]
    [InlineData("mk,nk->mn")]
    [InlineData("km,nk->nm")]
    [InlineData("mk,bkn->bmn")]
    [InlineData("km,bnk->mbn")]
    [InlineData("mbk,bkn->mn")]
    [InlineData("bmk,bkn->bmn")]
    public void Products_in_packed_panels(string pattern)
    {
        var random = new Philox(7, "packed");
        foreach (var (m, k, n) in new[] { (67, 130, 131), (257, 97, 43), (18, 257, 530) })
        {
            var extents = new Dictionary<char, int> { ['m'] = m, ['k'] = k, ['n'] = n, ['b'] = 2 };
            Check(pattern, extents, ElementType.Float32, random);
            Check(pattern, extents, ElementType.Float64, random);
        }
    }

    /// <summary>
    /// One less, as many and one more than tiles have rows or vectors, passes have depth, and copied blocks have rows.
    /// </summary>
    [Theory]
    [InlineData("mk,kn->mn")]
    [InlineData("km,kn->mn")]
    [InlineData("mk,nk->mn")]
    [InlineData("km,nk->mn")]
    public void Products_at_the_boundaries_of_every_block(string pattern)
    {
        var random = new Philox(8, "boundaries");
        int[] near = [3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 49, 63, 64, 65];
        foreach (var extent in near)
        {
            Check(pattern, Extents(extent, 5, extent), ElementType.Float32, random);
            Check(pattern, Extents(extent, 5, extent), ElementType.Float64, random);
            Check(pattern, Extents(3, extent, 17), ElementType.Float32, random);
            Check(pattern, Extents(9, extent, 9), ElementType.Float64, random);
        }

        foreach (var depth in (int[])[127, 128, 129, 255, 256, 257])
        {
            Check(pattern, Extents(2, depth, 33), ElementType.Float32, random);
            Check(pattern, Extents(65, depth, 129), ElementType.Float32, random);
            Check(pattern, Extents(65, depth, 129), ElementType.Float64, random);
        }

        // One pass and two of the longest depth that is taken whole.
        foreach (var depth in (int[])[512, 513])
        {
            Check(pattern, Extents(33, depth, 65), ElementType.Float32, random);
            Check(pattern, Extents(33, depth, 65), ElementType.Float64, random);
        }

        foreach (var rows in (int[])[255, 256, 257])
        {
            Check(pattern, Extents(rows, 129, 47), ElementType.Float32, random);
            Check(pattern, Extents(rows, 129, 49), ElementType.Float64, random);
        }

        static Dictionary<char, int> Extents(int m, int k, int n) => new() { ['m'] = m, ['k'] = k, ['n'] = n };
    }

    [Theory]
    [InlineData("mk,kn->mn", 33, 130, 2080)]
    [InlineData("mk,nk->mn", 33, 130, 2080)]
    [InlineData("k,kn->n", 1, 257, 513)]
    [InlineData("mk,kn->mn", 8, 257, 513)]
    [InlineData("mk,nk->mn", 7, 257, 513)]
    [InlineData("mk,nk->mn", 9, 70, 1030)]
    public void Right_factors_larger_than_the_caches(string pattern, int m, int k, int n)
    {
        var extents = new Dictionary<char, int> { ['m'] = m, ['k'] = k, ['n'] = n };
        Check(pattern, extents, ElementType.Float64, new Philox(9, "streams"));
    }

    /// <summary>Columns that fill no vector, along depths about as long as repay sums along vectors.</summary>
    [Theory]
    [InlineData("mk,kn->mn")]
    [InlineData("mk,nk->mn")]
    [InlineData("mk,kn->nm")]
    [InlineData("bmk,kn->bmn")]
    [InlineData("bmk,bkn->mbn")]
    public void Products_of_many_rows_by_few_columns(string pattern)
    {
        var random = new Philox(11, "few columns");
        foreach (var columns in (int[])[2, 3, 4, 5])
        {
            foreach (var (rows, depth) in new[] { (7, 600), (8, 127), (9, 129), (10, 255), (11, 257), (8, 512), (21, 513) })
            {
                var extents = new Dictionary<char, int> { ['m'] = rows, ['k'] = depth, ['n'] = columns, ['b'] = 2 };
                Check(pattern, extents, ElementType.Float32, random);
                Check(pattern, extents, ElementType.Float64, random);
            }
        }
    }

    /// <summary>Small transposed factors, which a batch copies several at a time, the last time fewer.</summary>
    [Theory]
    [InlineData("bmk,bnk->bmn")]
    [InlineData("bkm,bnk->bmn")]
    public void Batches_of_small_products_with_transposed_factors(string pattern)
    {
        var random = new Philox(12, "small");
        foreach (var (m, k, n) in new[] { (8, 8, 8), (16, 16, 16), (5, 7, 9), (17, 16, 8), (8, 33, 16) })
        {
            foreach (var batch in (int[])[2, 33, 70])
            {
                var extents = new Dictionary<char, int> { ['m'] = m, ['k'] = k, ['n'] = n, ['b'] = batch };
                Check(pattern, extents, ElementType.Float32, random);
                Check(pattern, extents, ElementType.Float64, random);
            }
        }
    }

    /// <summary>Columns of which the first and last, but not those between, lie as in a contiguous run.</summary>
    [Theory]
    [InlineData(16, 2)]
    [InlineData(32, 2)]
    [InlineData(2, 32)]
    [InlineData(33, 3)]
    public void Columns_permuted_in_memory(int inner, int outer)
    {
        var random = new Philox(10, "permuted");
        var extents = new Dictionary<char, int> { ['m'] = 257, ['k'] = 130, ['a'] = inner, ['b'] = outer };
        Check("mk,kab->mba", extents, ElementType.Float32, random);
        Check("mk,kab->mba", extents, ElementType.Float64, random);
        Check("km,kab->bma", extents, ElementType.Float64, random);
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void Every_pattern_with_random_extents(ElementType type)
    {
        var random = new Philox(6, "random contract");
        foreach (var pattern in Patterns)
        {
            for (var draw = 0; draw < 12; draw++)
            {
                Check(
                    pattern,
                    pattern.Where(char.IsLetter).Distinct().ToDictionary(letter => letter, _ => 1 + random.NextInt(10)),
                    type,
                    random);
            }
        }
    }

    private static void Check(string pattern, IReadOnlyDictionary<char, int> extents, ElementType type, Philox random)
    {
        var (inputs, result) = pattern.Split("->") switch { var sides => (sides[0].Split(','), sides[1]) };
        var image = new ArenaImage(type, random);
        var layouts = Enum.GetValues<Layout>();
        var left = image.Input(ShapeOf(inputs[0]), layouts[random.NextInt(layouts.Length)], Normal);
        var right = image.Input(ShapeOf(inputs[1]), layouts[random.NextInt(layouts.Length)], Normal);
        var (alpha, accumulate) = Scalings[random.NextInt(Scalings.Length)];
        var layout = OutputLayouts[random.NextInt(OutputLayouts.Length)];
        var output = accumulate ? image.Input(ShapeOf(result), layout, Normal) : image.Output(ShapeOf(result), layout);
        var call = new ContractCall(
            left, Labels(inputs[0]), right, Labels(inputs[1]), output, Labels(result), alpha, accumulate);
        Backends.Check(call, image, $"{pattern} (alpha {alpha}, accumulate {accumulate}, output {layout})");

        Shape ShapeOf(string labels) => new([.. labels.Select(label => extents[label])]);

        static int[] Labels(string labels) => [.. labels.Select(label => label - 'a')];

        static double Normal(Philox philox) => philox.NextNormal();
    }
}
