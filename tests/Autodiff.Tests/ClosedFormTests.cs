using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>Gradients and Hessians that are known in closed form.</summary>
public class ClosedFormTests
{
    private const int Samples = 11;
    private const int Features = 4;
    private const int Classes = 3;

    private readonly double[] _x;
    private readonly double[] _theta;

    public ClosedFormTests()
    {
        var random = new Philox(1, "closed forms");
        _x = Normal(random, Samples * Features);
        _theta = Normal(random, Classes * Features);
    }

    [Fact]
    public void Least_squares_has_the_Hessian_of_its_normal_equations()
    {
        var y = Normal(new Philox(2, "targets"), Samples);
        var objective = Objective(
            [Features],
            [Samples],
            (w, x, targets) =>
            {
                var residual = Op.Contract("nd,d->n", x, w) - targets;
                return 0.5 * Op.Contract("n,n->", residual, residual);
            },
            y);
        var theta = _theta[..Features];
        Check(
            objective,
            theta,
            i => Sum(n => (Margin(n, theta) - y[n]) * X(n, i)),
            (i, j) => Sum(n => X(n, i) * X(n, j)));
    }

    [Fact]
    public void Logistic_regression_weights_samples_by_their_variance()
    {
        var signs = Normal(new Philox(3, "signs"), Samples).Select(z => (double)Math.Sign(z)).ToArray();
        var objective = Objective(
            [Features],
            [Samples],
            (w, x, y) => Op.Sum(Op.Log(Op.Exp(-(y * Op.Contract("nd,d->n", x, w))) + 1)),
            signs);
        var theta = _theta[..Features];
        Check(
            objective,
            theta,
            i => Sum(n => -signs[n] * Sigmoid(-signs[n] * Margin(n, theta)) * X(n, i)),
            (i, j) => Sum(n => Sigmoid(Margin(n, theta)) * Sigmoid(-Margin(n, theta)) * X(n, i) * X(n, j)));
    }

    [Fact]
    public void Softmax_regression_has_the_covariance_of_its_classes()
    {
        var random = new Philox(4, "weights");
        double[] weights = [.. Enumerable.Range(0, Samples * Classes).Select(_ => random.NextDouble())];
        var objective = Objective(
            [Classes, Features],
            [Samples, Classes],
            (w, x, targets) => Op.CrossEntropy(Op.MatMul(x, w, transposeRight: true), targets),
            weights);
        double[][] p = [.. Enumerable.Range(0, Samples).Select(Probabilities)];
        double[] mass = [.. Enumerable.Range(0, Samples).Select(n => weights.Skip(n * Classes).Take(Classes).Sum())];
        Check(
            objective,
            _theta,
            i => Sum(n => ((mass[n] * p[n][Class(i)]) - weights[(n * Classes) + Class(i)]) * X(n, i % Features)),
            (i, j) => Sum(n => mass[n] * X(n, i % Features) * X(n, j % Features) *
                ((Class(i) == Class(j) ? p[n][Class(i)] : 0) - (p[n][Class(i)] * p[n][Class(j)]))));

        static int Class(int parameter) => parameter / Features;

        double[] Probabilities(int n)
        {
            double[] powers =
                [.. Enumerable.Range(0, Classes).Select(c => Math.Exp(Margin(n, _theta[(c * Features)..])))];
            return [.. powers.Select(power => power / powers.Sum())];
        }
    }

    [Fact]
    public void A_quadratic_form_has_the_sum_of_its_matrix_and_the_transpose()
    {
        var a = Normal(new Philox(5, "matrix"), Features * Features);
        var objective = Objective(
            [Features],
            [Features, Features],
            (w, _, matrix) => Op.Contract("i,i->", w, Op.Contract("ij,j->i", matrix, w)),
            a);
        var theta = _theta[..Features];
        Check(
            objective,
            theta,
            i => Enumerable.Range(0, Features).Sum(j => (a[(i * Features) + j] + a[(j * Features) + i]) * theta[j]),
            (i, j) => a[(i * Features) + j] + a[(j * Features) + i]);
    }

    private static void Check(
        Objective objective, double[] theta, Func<int, double> gradient, Func<int, int, double> hessian)
    {
        var size = theta.Length;
        double[] expected = [.. Enumerable.Range(0, size * size).Select(k => hessian(k / size, k % size))];
        Agree.Within(
            1e-12,
            [.. Enumerable.Range(0, size).Select(gradient)],
            Curvature.Gradient(objective, theta).Gradient,
            "gradient");
        Agree.Within(1e-12, expected, Curvature.Hessian(objective, theta), "Hessian");
        Agree.Within(
            1e-12, expected, Curvature.Products(objective, theta, Curvature.Identity(size)), "products with unit vectors");
    }

    /// <summary>A loss of one parameter, the features and one further data input.</summary>
    private Objective Objective(
        int[] parameter, int[] data, Func<Value, Value, Value, Value> loss, double[] values) => new(
        Program.Trace(tracer =>
        {
            var w = tracer.Parameter("w", new Shape(parameter));
            var x = tracer.Data("x", new Shape(Samples, Features));
            return loss(w, x, tracer.Data("y", new Shape(data)));
        }),
        [new DataBlock(new Dictionary<string, double[]> { ["x"] = _x, ["y"] = values })]);

    private double X(int sample, int feature) => _x[(sample * Features) + feature];

    private double Margin(int sample, double[] theta) =>
        Enumerable.Range(0, Features).Sum(feature => theta[feature] * X(sample, feature));

    private static double Sum(Func<int, double> term) => Enumerable.Range(0, Samples).Sum(term);

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));

    private static double[] Normal(Philox random, int count)
    {
        var numbers = new double[count];
        random.FillNormal(numbers, 1);
        return numbers;
    }
}
