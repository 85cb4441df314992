/// The page's one style sheet: light and dark, screen and paper.
enum ReportStyle {
    /// Without ">" and "&", which would be written differently in HTML and in XML.
    static let sheet = """

        :root { --ink: #1a1a1a; --quiet: #595959; --paper: #ffffff; --line: #dddddd; --mark: #fff6d6; --code: #f5f5f5; }
        @media screen and (prefers-color-scheme: dark) {
          :root { --ink: #ededed; --quiet: #b0b0b0; --paper: #161616; --line: #3a3a3a; --mark: #3a3212; --code: #222222; }
        }
        body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.5;
          font-family: system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif; }
        main { max-width: 74rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
        h1 { margin: 1rem 0 0; font-size: 1.9rem; } h2 { margin: 2.5rem 0 0.5rem; font-size: 1.35rem; }
        h3 { margin: 1.5rem 0 0.25rem; font-size: 1.05rem; }
        .state, .quiet, figcaption, dt { color: var(--quiet); }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; margin: 0.75rem 0; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
        th, td { padding: 0.3rem 0.55rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        thead th { border-bottom: 2px solid var(--quiet); vertical-align: bottom; }
        .n { text-align: right; white-space: nowrap; }
        thead .n { white-space: normal; } .part { white-space: nowrap; } .long { display: inline-block; min-width: 14rem; overflow-wrap: anywhere; }
        tr.selected { background: var(--mark); font-weight: 600; }
        tfoot th, tfoot td { border-top: 1px solid var(--quiet); }
        .on-narrow { display: none; } figure { margin: 1rem 0; overflow-x: auto; } figure svg { max-width: 100%; height: auto; }
        .pair { display: flex; flex-wrap: wrap; gap: 0 3rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.5rem; } dd { margin: 0; }
        dd, .facts { overflow-wrap: anywhere; }
        pre { background: var(--code); padding: 0.8rem 1rem; overflow-x: auto; font-size: 0.85rem; line-height: 1.4; }
        summary { cursor: pointer; }
        @media screen and (max-width: 40rem) {
          main { padding: 0.5rem 1rem 3rem; } h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; } ul { padding-left: 1.2rem; }
          table { font-size: 0.85rem; } th, td { padding: 0.25rem 0.4rem; } figure svg { max-width: none; }
          .on-wide { display: none; } .on-narrow { display: block; }
          .wide th:first-child { position: sticky; left: 0; background: var(--paper); }
          .wide .selected th:first-child { background: var(--mark); }
          dl { display: block; } dd { margin: 0 0 0.5rem; }
        }
        @media print {
          main { max-width: none; padding: 0; } body { font-size: 10pt; } .wide { overflow: visible; }
          table { font-size: 7.5pt; } th, td { padding: 0.15rem 0.35rem; }
          figure, tr, li { break-inside: avoid; } h2, h3 { break-after: avoid; } thead { display: table-header-group; }
          pre { white-space: pre-wrap; border: 1px solid var(--line); } tr.selected { outline: 1px solid var(--quiet); }
          * { print-color-adjust: exact; }
        }
        \(Ink.style)

        """
}
