using System.Xml.Linq;
using Looped.Studies.Figures.Drawing;

namespace Looped.Studies.Reports;

/// <summary>Elements of HTML as XML trees.</summary>
internal static class Html
{
    /// <summary>An element with a class; strings among its content become text.</summary>
    public static XElement Styled(string name, string cssClass, params ReadOnlySpan<object> content)
    {
        var element = Element(name, content);
        element.SetAttributeValue("class", cssClass);
        return element;
    }

    /// <summary>An element; strings among its content become text.</summary>
    public static XElement Element(string name, params ReadOnlySpan<object> content)
    {
        // An empty text keeps the writer from closing the tag in itself, which HTML reads as an open tag.
        var element = new XElement(name, "");
        foreach (var part in content)
        {
            element.Add(part is string text ? new XText(Markup.Clean(text)) : part);
        }

        return element;
    }

    /// <summary>The same element with an attribute.</summary>
    public static XElement With(this XElement element, string attribute, string value)
    {
        element.SetAttributeValue(attribute, Markup.Clean(value));
        return element;
    }
}
