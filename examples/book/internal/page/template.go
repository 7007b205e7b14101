package page

import (
	_ "embed"
	"html/template"

	"descent/internal/figure"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

//go:embed controls.js
var controlScript string

// htmlModule holds the code that the controls need.
type htmlModule struct {
	Script  template.JS
	Wasm    template.HTML // base64
	Control template.JS
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"left": left, "right": right, "verdict": verdict, "prose": prose,
	"style": func() template.CSS { // our own
		return template.CSS(pageStyle + "@media (prefers-color-scheme: dark) {\n" + figure.DarkStyle("var(--paper)") + "}\n")
	},
	"class": func(r Row) string {
		if !r.OK {
			return "failed"
		}
		return map[Kind]string{Exact: "good", InBand: "good", CannotTell: "open", Wrong: "wrong", Answer: "good", Checked: "good"}[r.Kind]
	},
}).Parse(pageText))
