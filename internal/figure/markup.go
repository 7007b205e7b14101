package figure

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"image/color"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// markup is a canvas that writes small SVG for HTML pages. Successive paths of the same
// look become one path, colors are attributes, which a style sheet can replace, and
// drawings can be grouped.
type markup struct {
	b      bytes.Buffer
	height vg.Length
	pen
	stack []pen

	look string // attributes of the path that is being written
	path []byte
	last byte // command of that path
	// The end of that path and the start of its last part, in tenths of a point.
	at, start [2]int
}

type pen struct {
	width  vg.Length
	dashes []vg.Length
	color  color.Color
	matrix [6]float64 // x' = m0·x + m2·y + m4, y' = m1·x + m3·y + m5
}

func newMarkup(height vg.Length) *markup {
	m := &markup{height: height, pen: pen{matrix: [6]float64{1, 0, 0, 1, 0, 0}}}
	vg.Initialize(m)
	return m
}

func (m *markup) SetLineWidth(w vg.Length)               { m.width = w }
func (m *markup) SetLineDash(d []vg.Length, _ vg.Length) { m.dashes = d }
func (m *markup) SetColor(c color.Color)                 { m.color = c }
func (m *markup) Push()                                  { m.stack = append(m.stack, m.pen) }
func (m *markup) Translate(p vg.Point)                   { m.multiply(1, 0, 0, 1, p.X.Points(), p.Y.Points()) }
func (m *markup) Scale(x, y float64)                     { m.multiply(x, 0, 0, y, 0, 0) } // of texts and places
func (m *markup) DrawImage(vg.Rectangle, image.Image)    {}                               // no figure has images

func (m *markup) Rotate(r float64) {
	sin, cos := math.Sincos(r)
	m.multiply(cos, sin, -sin, cos, 0, 0)
}

func (m *markup) Pop() {
	last := len(m.stack) - 1
	m.pen, m.stack = m.stack[last], m.stack[:last]
}

func (m *markup) multiply(a, b, c, d, e, f float64) {
	o := m.matrix
	m.matrix = [6]float64{
		float64(o[0]*a) + float64(o[2]*b), float64(o[1]*a) + float64(o[3]*b),
		float64(o[0]*c) + float64(o[2]*d), float64(o[1]*c) + float64(o[3]*d),
		float64(o[0]*e) + float64(o[2]*f) + o[4], float64(o[1]*e) + float64(o[3]*f) + o[5],
	}
}

// place returns a point of the drawing, with y downwards.
func (m *markup) place(p vg.Point) (x, y float64) {
	o, px, py := m.matrix, p.X.Points(), p.Y.Points()
	return float64(o[0]*px) + float64(o[2]*py) + o[4], m.height.Points() - (float64(o[1]*px) + float64(o[3]*py) + o[5])
}

func (m *markup) Stroke(p vg.Path) {
	if m.width <= 0 {
		return
	}
	look := fmt.Sprintf(` fill="none" %s stroke-width="%s"`, paint("stroke", m.color), hundredths(m.width.Points()))
	for i, d := range m.dashes {
		look += []string{` stroke-dasharray="`, " "}[min(i, 1)] + hundredths(d.Points())
	}
	if len(m.dashes) > 0 {
		look += `"`
	}
	m.draw(p, look)
}

func (m *markup) Fill(p vg.Path) {
	if len(p) == 3 && p[1].Type == vg.ArcComp && math.Abs(p[1].Angle) >= 2*math.Pi {
		// A disc is shorter as the round end of a line without length.
		dot := vg.Path{{Type: vg.MoveComp, Pos: p[1].Pos}, {Type: vg.LineComp, Pos: p[1].Pos}}
		m.draw(dot, fmt.Sprintf(` %s stroke-width="%s" stroke-linecap="round"`, paint("stroke", m.color), hundredths(2*p[1].Radius.Points())))
		return
	}
	m.draw(p, " "+paint("fill", m.color))
}

// paint returns the attributes of a color.
func paint(of string, c color.Color) string {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	s := fmt.Sprintf(`%s="#%02x%02x%02x"`, of, n.R, n.G, n.B)
	if n.R%0x11 == 0 && n.G%0x11 == 0 && n.B%0x11 == 0 {
		s = fmt.Sprintf(`%s="#%x%x%x"`, of, n.R/0x11, n.G/0x11, n.B/0x11)
	}
	if n.A < 0xff {
		s += fmt.Sprintf(` %s-opacity="%.2g"`, of, float64(n.A)/0xff)
	}
	return s
}

// draw adds to the path, or begins a new one for another look.
func (m *markup) draw(p vg.Path, look string) {
	_, _, _, alpha := m.color.RGBA()
	if look != m.look || alpha < 0xffff { // transparent paths add up where they overlap
		m.flush()
		m.look = look
	}
	for _, c := range p {
		switch c.Type {
		case vg.MoveComp:
			m.step('m', "", c.Pos)
			m.start = m.at
		case vg.LineComp:
			m.step('l', "", c.Pos)
		case vg.CurveComp:
			m.step("qc"[len(c.Control)-1], "", append(c.Control[:len(c.Control):len(c.Control)], c.Pos)...)
		case vg.ArcComp:
			m.arc(c)
		case vg.CloseComp:
			m.path, m.at, m.last = append(m.path, 'z'), m.start, 'z'
		}
	}
}

// arc adds an arc in two halves, because the two ends of a circle are one point.
func (m *markup) arc(c vg.PathComp) {
	sweep := 0
	if c.Angle < 0 {
		sweep = 1
	}
	for half := range 2 {
		sin, cos := math.Sincos(c.Start + c.Angle*float64(half+1)/2)
		end := c.Pos.Add(vg.Point{X: c.Radius * vg.Length(cos), Y: c.Radius * vg.Length(sin)})
		m.step('a', fmt.Sprintf("%[1]s %[1]s 0 0 %[2]d", hundredths(c.Radius.Points()), sweep), end)
	}
}

// step adds a command with arguments and points, relative to the end of the path.
func (m *markup) step(command byte, arguments string, points ...vg.Point) {
	end := m.at
	var steps []string
	for _, p := range points {
		x, y := m.place(p)
		end = [2]int{int(math.Round(10 * x)), int(math.Round(10 * y))}
		steps = append(steps, hundredths(float64(end[0]-m.at[0])/10), hundredths(float64(end[1]-m.at[1])/10))
	}
	switch {
	case command == 'l' && steps[1] == "0":
		command, steps = 'h', steps[:1]
	case command == 'l' && steps[0] == "0":
		command, steps = 'v', steps[1:]
	}
	if command != m.last || command == 'm' {
		m.path = append(m.path, command)
	} else if arguments != "" || steps[0][0] != '-' {
		m.path = append(m.path, ' ')
	}
	m.path = append(m.path, arguments...)
	for i, s := range steps {
		if (i > 0 || arguments != "") && s[0] != '-' {
			m.path = append(m.path, ' ')
		}
		m.path = append(m.path, s...)
	}
	m.at, m.last = end, command
}

// hundredths formats a length with up to two decimals.
func hundredths(v float64) string {
	s := strconv.FormatFloat(math.Round(100*v)/100, 'f', -1, 64)
	switch {
	case s == "-0":
		return "0"
	case strings.HasPrefix(s, "-0."):
		return "-" + s[2:]
	}
	if strings.HasPrefix(s, "0.") {
		return s[1:]
	}
	return s
}

// flush writes the path.
func (m *markup) flush() {
	if len(m.path) > 0 {
		fmt.Fprintf(&m.b, "<path%s d=\"%s\"/>\n", m.look, m.path)
	}
	m.look, m.path, m.last, m.at = "", nil, 0, [2]int{}
}

// FillString writes a text. All but short texts have their layout width in any font: few
// machines have Liberation Sans, and its usual substitute on Linux is a sixth wider.
func (m *markup) FillString(f font.Face, p vg.Point, text string) {
	if f.Font.Size <= 0 {
		return
	}
	m.flush()
	x, y := m.place(p)
	fmt.Fprintf(&m.b, `<text %s font-size="%s"`, paint("fill", m.color), hundredths(f.Font.Size.Points()))
	if o := m.matrix; o[0] == 1 && o[3] == 1 {
		fmt.Fprintf(&m.b, ` x="%s" y="%s"`, hundredths(x), hundredths(y))
	} else {
		fmt.Fprintf(&m.b, ` transform="matrix(%.4f %.4f %.4f %.4f %s %s)"`, o[0], -o[1], -o[2], o[3], hundredths(x), hundredths(y))
	}
	if f.Font.Weight == xfont.WeightBold {
		m.b.WriteString(` font-weight="bold"`)
	}
	if utf8.RuneCountInString(text) > 4 {
		fmt.Fprintf(&m.b, ` textLength="%s" lengthAdjust="spacingAndGlyphs"`, hundredths(f.Width(text).Points()))
	}
	fmt.Fprintf(&m.b, ">%s</text>\n", html.EscapeString(text))
}
