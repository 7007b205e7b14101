package report_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
)

// static returns a page without its script.
func static(page string) string { return strings.Replace(page, report.Script, "", 1) }

// wellFormed checks a page as XML, which it is as well.
func wellFormed(t testing.TB, page string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	ids := map[string]bool{}
	var links []string
	scripts := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		assert.NotContains(t, []string{"b", "iframe", "img"}, e.Name.Local)
		if e.Name.Local == "script" {
			scripts++
			assert.Empty(t, e.Attr)
			var text string
			require.NoError(t, d.DecodeElement(&text, &e))
			assert.Equal(t, "//\n"+report.Script+"//", text, "only our script")
		}
		for _, a := range e.Attr {
			assert.False(t, strings.HasPrefix(a.Name.Local, "on"), "%s in %s", a.Name.Local, e.Name.Local)
			switch a.Name.Local {
			case "id":
				assert.False(t, ids[a.Value], "id %s twice", a.Value)
				ids[a.Value] = true
			case "src":
				t.Errorf("%s loads %s", e.Name.Local, a.Value)
			case "href":
				if a.Value != "data:," {
					links = append(links, a.Value)
				}
			}
		}
	}
	assert.Equal(t, 1, scripts)
	page = static(page)
	for _, l := range links {
		assert.True(t, ids[strings.TrimPrefix(l, "#")], "no id for %s", l)
	}
	assert.NotContains(t, strings.ReplaceAll(page, `xmlns="http://www.w3.org/2000/svg"`, ""), "://")
	assert.NotContains(t, page, "url(")
	assert.NotContains(t, page, "@import")
}

func TestPage(t *testing.T) {
	_, _, html := outputs(t, mustRun(t, tunedPlan()))
	wellFormed(t, html)
	for _, id := range []string{"summary", "w1-one", "w2-two", "across", "method", "settings", "environment"} {
		assert.Contains(t, html, `<section id="`+id+`">`)
	}
	// Four of each workload, with those of the other axes, and the profiles.
	assert.Equal(t, 2*4+1, strings.Count(html, "<figure"))
	assert.Equal(t, 2*4+1+strings.Count(html, `<div class="second">`), strings.Count(html, "<svg"))
	assert.Contains(t, html, `<tr class="o0 o1"><td>sgd</td><td>adam</td>`)
	assert.Contains(t, html, `body:has(#show2:not(:checked)) .o2 { display: none; }`)
	assert.Contains(t, html, "Without fixed, which had fixed settings.")
	assert.Contains(t, html, "lr in [0.001, 10), log-uniform")
}

func TestHostileNames(t *testing.T) {
	p := tunedPlan()
	p.Optimizers[0].Name, p.Optimizers[1].Name, p.Optimizers[2].Name = "<b>bold</b>", "\x1b[31mred\tand\nlong", `"&amp;'`
	first := tunable("<b>&\x00")
	first.info.About, first.info.Metric = "<script>alert(1)</script>\r", "<i>accuracy"
	p.Workloads = []bench.Workload{first, tunable("é <b>")}
	text, table, html := outputs(t, mustRun(t, p))
	wellFormed(t, html)
	assert.NotContains(t, html, "<b>")
	assert.NotContains(t, html, "<i>")
	assert.Contains(t, html, "&lt;b&gt;bold")
	for _, r := range text {
		assert.True(t, r == '\n' || unicode.IsPrint(r), "%q", r)
	}
	assert.Contains(t, text, "�[31mred�and�long")
	assert.Contains(t, table, "<b>bold</b>")
}
