using System.Globalization;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using Looped.Studies.Figures;

namespace Looped.Studies.Tests.Figures;

public class SvgRendererTests
{
    private static readonly double[] Five = [0, 1, 2, 3, 4];

    public static readonly TheoryData<int> SampleNumbers = [.. Enumerable.Range(0, Samples.All.Count)];

    [Theory]
    [MemberData(nameof(SampleNumbers))]
    public void AFigureIsAnAccessibleImageOnWhite(int sample)
    {
        var svg = new Svg(Samples.All[sample]);
        Assert.Equal(Svg.Namespace + "svg", svg.Root.Name);
        Assert.Equal("img", svg.Root.Attribute("role")!.Value);
        Assert.Equal(Samples.All[sample].Title, svg.Elements("title").Single().Value);
        Assert.NotEmpty(svg.Elements("desc").Single().Value);

        var described = svg.Elements("title").Concat(svg.Elements("desc")).Select(e => e.Attribute("id")!.Value);
        Assert.Equal(svg.Root.Attribute("aria-labelledby")!.Value.Split(' '), described);

        var ground = svg.Elements("rect").First();
        Assert.Equal("#FFFFFF", ground.Attribute("fill")!.Value);
        Assert.Equal(svg.Root.Attribute("width")!.Value, ground.Attribute("width")!.Value);
    }

    [Theory]
    [MemberData(nameof(SampleNumbers))]
    public void NoTwoTextsOverlap(int sample)
    {
        var svg = new Svg(Samples.All[sample]);
        var boxes = svg.Elements("text").Select(Box).ToList();
        var (width, height) = (Svg.Number(svg.Root, "width"), Svg.Number(svg.Root, "height"));
        Assert.All(boxes, b => Assert.True(b.Left >= 0 && b.Right <= width && b.Top >= 0 && b.Bottom <= height, b.Text));
        for (var i = 0; i < boxes.Count; i++)
        {
            foreach (var other in boxes.Skip(i + 1))
            {
                var apart = boxes[i].Right <= other.Left || other.Right <= boxes[i].Left
                    || boxes[i].Bottom <= other.Top || other.Bottom <= boxes[i].Top;
                Assert.True(apart, $"'{boxes[i].Text}' overlaps '{other.Text}'");
            }
        }
    }

    [Theory]
    [MemberData(nameof(SampleNumbers))]
    public void NoTextCoversData(int sample)
    {
        var svg = new Svg(Samples.All[sample]);
        foreach (var box in svg.Elements("text").Select(Box))
        {
            Assert.DoesNotContain(svg.Frames, f =>
                box.Right > f.Left && box.Left < f.Left + f.Width && box.Bottom > f.Top && box.Top < f.Top + f.Height);
        }
    }

    [Theory]
    [MemberData(nameof(SampleNumbers))]
    public void TheSameFigureIsTheSameTextInEveryCulture(int sample)
    {
        var first = SvgRenderer.Render(Samples.All[sample]);
        var before = CultureInfo.CurrentCulture;
        var foreign = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        foreign.NumberFormat.NumberDecimalSeparator = ",";
        foreign.NumberFormat.NegativeSign = "~";
        CultureInfo.CurrentCulture = foreign;
        try
        {
            Assert.Equal(first, SvgRenderer.Render(Samples.All[sample]));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void AnyNumbersOnAnyScalesGiveAWellFormedDrawing()
    {
        var number = Gen.OneOf(
            ScaleTests.Numbers,
            ArbMap.Default.GeneratorFor<double>(),
            Gen.Elements(0, 1, 1e-300, -1e300, 1e300, double.MaxValue, double.Epsilon));
        var scale = Gen.Elements(Scale.Linear, Scale.Log10, Scale.SymmetricLog(1e-5));
        var drawings =
            from x in number.ArrayOf(7)
            from y in number.ArrayOf(7)
            from z in number.ArrayOf(7)
            from xScale in scale
            from yScale in scale
            select new Figure("any", new Panel(
                new Axis("x") { Scale = xScale },
                new Axis("y") { Scale = yScale },
                [
                    new Line("l", x, y),
                    new Points("p", x, y, z, y),
                    new Band("b", x, y, z),
                    new Histogram("h", [1, 2, 3, 4, 5, 6, 7, 8], z),
                    ReferenceLine.Horizontal(x[0], "r"),
                    ReferenceLine.Vertical(y[0], "s"),
                ]));
        Prop.ForAll(drawings.ToArbitrary(), figure =>
        {
            var svg = new Svg(figure);
            var numbers = svg.Root.DescendantsAndSelf().Attributes()
                .Where(a => a.Name.LocalName is "d" or "x" or "y" or "width" or "height" or "viewBox" or "transform");
            Assert.All(numbers, a => Assert.DoesNotMatch("NaN|∞|Infinity|E[+-]", a.Value));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void TextIsEscapedAndCharactersThatXmlCannotHoldAreReplaced()
    {
        const string Nasty = "a < b & \"c\" > 'd' ]]> <script>alert(1)</script>";
        var panel = new Panel(new Axis(Nasty), new Axis("\u0001bell"), [new Line(Nasty, Five, Five)]) { Title = Nasty };
        var svg = new Svg(new Figure(Nasty, panel) { PanelWidth = 900 });
        Assert.Empty(svg.Elements("script"));
        Assert.Equal(Nasty, svg.Elements("title").Single().Value);
        Assert.Equal(4, svg.Texts.Count(t => t == Nasty));
        Assert.Contains("\uFFFDbell", svg.Texts);
    }

    [Fact]
    public void ANumberThatIsNoneBreaksTheLine()
    {
        double[] x = [0, 1, 2, 3, 4, 5, 6];
        double[] y = [1, 2, double.NaN, 3, double.PositiveInfinity, 5, 6];
        var paths = new Svg(Single(new Line("gaps", x, y))).SeriesPaths;

        // Two stretches of two points, and between the gaps a point alone, which is drawn as a dot.
        Assert.Equal(2, paths.Count);
        Assert.Equal(2, paths[0].Attribute("d")!.Value.Count(c => c == 'M'));
        Assert.Equal(4, Svg.Vertices(paths[0]).Count);
        Assert.EndsWith("h0", paths[1].Attribute("d")!.Value);

        var band = new Svg(Single(new Band("gaps", x, y.Select(v => v - 1), y))).SeriesPaths.Single();
        Assert.Equal(3, band.Attribute("d")!.Value.Count(c => c == 'Z'));
    }

    [Fact]
    public void OnALogAxisWhatIsNotPositiveBreaksTheLine()
    {
        var panel = new Panel(new Axis(), new Axis { Scale = Scale.Log10 }, [new Line("", Five, [1, 10, 0, 10, 1])]);
        var path = new Svg(new Figure("", panel)).SeriesPaths.Single();
        Assert.Equal(2, path.Attribute("d")!.Value.Count(c => c == 'M'));
    }

    [Fact]
    public void PointsLieWhereTheAxesSay()
    {
        var panel = new Panel(
            new Axis { Range = new AxisRange(0, 4) },
            new Axis { Scale = Scale.Log10, Range = new AxisRange(1, 100) },
            [new Line("", [0, 1, 4], [1, 10, 100])]);
        var svg = new Svg(new Figure("", panel) { PanelWidth = 400, PanelHeight = 200 });
        var (left, top, width, height) = svg.Frames.Single();
        Assert.Equal((400, 200), (width, height));
        Assert.Equal([(left, top + 200), (left + 100, top + 100), (left + 400, top)], Svg.Vertices(svg.SeriesPaths.Single()));
    }

    [Fact]
    public void ThinningKeepsTheDrawingSmallAndItsExtremes()
    {
        const int Count = 10_000;
        double[] x = [.. Enumerable.Range(0, Count).Select(i => (double)i)];
        double[] y = [.. x.Select(i => Math.Sin(i * i))];
        (y[5_003], y[7_007]) = (2, -2);
        var panel = new Panel(new Axis(), new Axis { Range = new AxisRange(-2, 2) }, [new Line("", x, y)]);
        var svg = new Svg(new Figure("", panel));
        Assert.True(svg.Text.Length < 60_000, $"{svg.Text.Length} characters");

        var frame = svg.Frames.Single();
        var heights = Svg.Vertices(svg.SeriesPaths.Single()).Select(v => v.Y).ToList();
        Assert.Equal(frame.Top, heights.Min(), 2);
        Assert.Equal(frame.Top + frame.Height, heights.Max(), 2);
    }

    [Fact]
    public void ABarIsAsHighAsItsCount()
    {
        var panel = new Panel(
            new Axis { Range = new AxisRange(0, 3) },
            new Axis { Range = new AxisRange(0, 10) },
            [new Histogram("", [0, 1, 2, 3], [4, 0, 10])]);
        var svg = new Svg(new Figure("", panel) { PanelWidth = 300, PanelHeight = 100 });
        var (left, top, _, _) = svg.Frames.Single();
        string N(double v) => v.ToString("0.##", CultureInfo.InvariantCulture);
        var expected =
            $"M{N(left)} {N(top + 100)}V{N(top + 60)}H{N(left + 100)}V{N(top + 100)}Z"
            + $"M{N(left + 200)} {N(top + 100)}V{N(top)}H{N(left + 300)}V{N(top + 100)}Z";
        Assert.All(svg.SeriesPaths, p => Assert.Equal(expected, p.Attribute("d")!.Value));
    }

    [Fact]
    public void AHeatMapIsOneImageAndItsColourBarAnother()
    {
        var images = new Svg(Samples.Heat).Elements("image").ToList();
        Assert.Equal(2, images.Count);
        Assert.All(images, i => Assert.StartsWith("data:image/png;base64,", i.Attribute("href")!.Value));

        var image = PngReader.Read(Convert.FromBase64String(images[0].Attribute("href")!.Value.Split(',')[1]));
        Assert.Equal((401, 60), (image.Width, image.Height));
        Assert.Equal(ColourMap.Missing, image.Pixels[60 - 1 - 3, 3]);
        Assert.Equal(Rgb.Parse("#F7F7F7"), image.Pixels[60 - 1 - 20, 100]);

        var bar = PngReader.Read(Convert.FromBase64String(images[1].Attribute("href")!.Value.Split(',')[1]));
        Assert.Equal(ColourMap.Diverging.Steps.Reverse(), bar.Pixels.Cast<Rgb>());
    }

    [Fact]
    public void WithoutDataThePanelSaysSo()
    {
        double[] none = [double.NaN, double.NaN];
        Assert.Contains("no data", new Svg(new Figure("empty", new Panel(new Axis(), new Axis(), []))).Texts);
        Assert.Contains("no data", new Svg(Single(new Line("", none, none))).Texts);
        Assert.Contains("no data", new Svg(Single(ReferenceLine.Horizontal(1, "ceiling"))).Texts);
        Assert.DoesNotContain("no data", new Svg(Single(new Line("", Five, Five))).Texts);
    }

    [Fact]
    public void ConstantDataLieInTheMiddleOfASensibleRange()
    {
        foreach (var scale in new[] { Scale.Linear, Scale.Log10, Scale.SymmetricLog(1) })
        {
            var panel = new Panel(new Axis(), new Axis { Scale = scale }, [new Line("", Five, [3, 3, 3, 3, 3])]);
            var svg = new Svg(new Figure("", panel));
            var frame = svg.Frames.Single();
            Assert.All(Svg.Vertices(svg.SeriesPaths.Single()), v => Assert.Equal(frame.Top + (frame.Height / 2), v.Y, 0.1));
        }
    }

    [Fact]
    public void SeriesOfOneLabelShareAColourAndALegendEntryInAllPanels()
    {
        Panel Draw(params Series[] series) => new(new Axis(), new Axis(), [.. series]);
        var figure = new Figure("", [
            Draw(new Line("a", Five, Five), new Band("b", Five, Five, Five)),
            Draw(new Line("b", Five, Five), new Line("a", Five, Five)),
        ]) { CommonLegend = LegendPlacement.Right };
        var svg = new Svg(figure);
        Assert.Single(svg.Texts, t => t == "a");
        Assert.Single(svg.Texts, t => t == "b");
        string Colour(int i, string attribute) => svg.SeriesPaths[i].Attribute(attribute)!.Value;
        Assert.Equal(Colour(1, "stroke"), Colour(3, "stroke"));
        Assert.Equal(Colour(0, "fill"), Colour(2, "stroke"));
        Assert.NotEqual(Colour(2, "stroke"), Colour(3, "stroke"));
    }

    [Fact]
    public void SharedAxesCoverAllPanelsAndAreNumberedOnce()
    {
        Panel Draw(double factor) => new(
            new Axis("time"), new Axis("size"), [new Line("", Five, Five.Select(v => factor * v))]);
        var svg = new Svg(new Figure("", [Draw(1), Draw(10), Draw(100), Draw(1000)])
        {
            Columns = 2,
            SharedX = true,
            SharedY = true,
        });
        Assert.Single(svg.Texts, "time");
        Assert.Single(svg.Texts, "size");
        Assert.Equal(2, svg.Texts.Count(t => t == "4000"));

        // The first line ends a thousandth of the way up, in the same range as the last.
        var heights = svg.SeriesPaths.Select((p, i) => Svg.Vertices(p)[0].Y - Svg.Vertices(p)[^1].Y).ToList();
        Assert.Equal(heights[3] / 1000, heights[0], 0.02);
    }

    [Fact]
    public void FiguresThatCannotBeDrawnAreNamed()
    {
        var good = new Panel(new Axis(), new Axis(), [new Line("", Five, Five)]);
        var log = good with { X = new Axis { Scale = Scale.Log10 } };
        var heat = log with { Series = [new HeatMap(new double[2, 2])] };
        Assert.Throws<ArgumentException>(() => SvgRenderer.Render(new Figure("", [])));
        Assert.Throws<ArgumentException>(() => SvgRenderer.Render(new Figure("", good) { Columns = 0 }));
        Assert.Throws<ArgumentException>(() => SvgRenderer.Render(new Figure("", good) { PanelWidth = 1 }));
        Assert.Throws<ArgumentException>(() => SvgRenderer.Render(new Figure("", [good, log]) { SharedX = true }));
        Assert.Throws<ArgumentException>(() => SvgRenderer.Render(new Figure("", heat)));
        Assert.Throws<ArgumentException>(() => SvgRenderer.Render(new Figure("", good), "1\" onload=\""));
        Assert.Throws<ArgumentException>(() => SvgRenderer.Render(
            new Figure("", log with { X = log.X with { Range = new AxisRange(0, 1) } })));
    }

    private static Figure Single(Series series) => new("", new Panel(new Axis(), new Axis(), [series]));

    // A box somewhat smaller than the text: half a size a character is a little less than the average letter.
    private static (double Left, double Top, double Right, double Bottom, string Text) Box(XElement text)
    {
        var (x, y, size) = (Svg.Number(text, "x"), Svg.Number(text, "y"), Svg.Number(text, "font-size"));
        var width = 0.45 * size * text.Value.Length;
        var before = text.Attribute("text-anchor")?.Value switch { "middle" => width / 2, "end" => width, _ => 0 };
        return text.Attribute("transform") is null
            ? (x - before, y - (0.7 * size), x - before + width, y + (0.1 * size), text.Value)
            : (x - (0.7 * size), y - (width / 2), x + (0.1 * size), y + (width / 2), text.Value);
    }
}
