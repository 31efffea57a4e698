using System.Reflection;
using Looped.Models.Data;
using Xunit.Sdk;

namespace Looped.Models.Tests.Data;

/// <summary>Theory data: every kind of dynamics with every length.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CombinatorialDynamicsAttribute(params int[] lengths) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        from dynamics in Enum.GetValues<Dynamics>()
        from length in lengths
        select new object[] { dynamics, length };
}
