package figure

import (
	"encoding/xml"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Widths are those of Liberation Sans, in units of the drawing: in its tables a
// small a, b and c have 1139, 1139 and 1024 parts of 2048, in bold 1139, 1251
// and 1139, and an ampersand 1366.
func TestFitFonts(t *testing.T) {
	of := func(svg string) (width float64, text string) {
		var element struct {
			Width string `xml:"textLength,attr"`
			Text  string `xml:",chardata"`
		}
		fitted := fitFonts([]byte(svg))
		require.NoError(t, xml.Unmarshal(fitted, &element), string(fitted))
		if element.Width != "" {
			var err error
			width, err = strconv.ParseFloat(element.Width, 64)
			require.NoError(t, err)
		}
		return width, element.Text
	}
	for _, c := range []struct {
		style, text string
		want        float64
	}{
		{"font-size:10px", "abc", 10 * (1139 + 1139 + 1024) / 2048.},
		{"font-size:20px", "abc", 20 * (1139 + 1139 + 1024) / 2048.},
		{"font-weight:bold;\nfont-size:10px", "abc", 10 * (1139 + 1251 + 1139) / 2048.},
		{"font-size:10px", "a&amp;", 10 * (1139 + 1366) / 2048.},
		{"font-size:10px", "a", 0}, // cannot run far
		{"", "abc", 0},
	} {
		width, text := of(`<text x="1" style="` + c.style + `">` + c.text + `</text>`)
		assert.InDelta(t, c.want, width, 0.02, "%q %s", c.style, c.text)
		assert.NotEmpty(t, text)
	}
	assert.Contains(t, string(fitFonts([]byte(`<text style="font-family:Liberation Sans;font-size:9px">ab</text>`))), ",Arial,Helvetica,sans-serif;")
}
