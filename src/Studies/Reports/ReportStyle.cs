namespace Looped.Studies.Reports;

/// <summary>The style sheet of a report; it names no other file.</summary>
internal static class ReportStyle
{
    // A selector with '>' would be escaped by the XML writer, which HTML does not undo inside <style>.
    public const string Css = """

        :root { color-scheme: light; }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; padding: 3rem 2rem 5rem; max-width: 1100px; background: #fff; color: #1d1d1f;
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
        }
        h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .75rem; letter-spacing: -.01em; }
        h2 {
          font-size: 1.4rem; line-height: 1.3; margin: 3rem 0 .75rem; padding-top: .75rem;
          border-top: 1px solid #e3e3e6;
        }
        h3 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        p, ul { max-width: 72ch; margin: .6rem 0; }
        .lead { font-size: 1.15rem; color: #48484d; }
        a { color: #0060a0; text-decoration: none; }
        a:hover { text-decoration: underline; }
        nav { margin: 2rem 0; padding: 1rem 1.25rem; background: #f6f6f8; border-radius: 8px; }
        nav h2 {
          font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; color: #6a6a70;
          margin: 0 0 .4rem; padding: 0; border: 0;
        }
        nav ol { margin: 0; padding: 0; list-style: none; columns: 2; column-gap: 2rem; }
        nav li { break-inside: avoid; padding: .15rem 0; }
        nav li.inner { padding-left: 1.25rem; font-size: .93em; }
        figure { margin: 1.5rem 0; break-inside: avoid; min-width: 0; }
        figure svg { display: block; max-width: 100%; height: auto; }
        figcaption, caption { font-size: .88rem; line-height: 1.45; color: #48484d; }
        figcaption { margin-top: .4rem; max-width: 90ch; }
        figcaption b, caption b { color: #1d1d1f; }
        .grid { display: grid; gap: 1rem 1.5rem; align-items: start; margin: 1.5rem 0; }
        .grid figure { margin: 0; }
        .wide { overflow-x: auto; margin: 1.5rem 0; }
        table { border-collapse: collapse; font-size: .9rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
        caption { text-align: left; padding-bottom: .5rem; }
        th, td { padding: .38rem .8rem; text-align: left; vertical-align: top; border-bottom: 1px solid #e6e6ea; }
        th:first-child, td:first-child { padding-left: 0; }
        thead th { border-bottom: 1.5px solid #55555a; font-weight: 600; vertical-align: bottom; }
        .number { text-align: right; white-space: nowrap; }
        .short { white-space: nowrap; }
        .settings { font-size: .82rem; color: #6a6a70; }
        dl {
          display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; font-size: .9rem;
          margin: 1.25rem 0; padding: 1rem 1.25rem; background: #f6f6f8; border-radius: 8px;
        }
        dt { color: #6a6a70; }
        dd {
          margin: 0; font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
          font-size: .95em; overflow-wrap: anywhere;
        }
        .badge {
          display: inline-block; padding: .1rem .6rem; border-radius: 999px; font-size: .8rem;
          font-weight: 600; white-space: nowrap; print-color-adjust: exact;
          -webkit-print-color-adjust: exact;
        }
        .supported { background: #d9f0e5; color: #00583f; }
        .not-supported { background: #fbe0d2; color: #8a3500; }
        .depends { background: #fbeec8; color: #6b4a00; }
        @media (max-width: 700px) {
          body { padding: 1.5rem 1rem 3rem; }
          .grid { grid-template-columns: 1fr !important; }
          nav ol { columns: 1; }
        }
        @media print {
          body { max-width: none; padding: 0; font-size: 10.5pt; }
          h2, h3 { break-after: avoid; }
          tr { break-inside: avoid; }
          nav, dl { border: 1px solid #e3e3e6; }
          .wide { overflow: visible; }
        }

        """;
}
