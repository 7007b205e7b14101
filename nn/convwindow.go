package nn

import (
	"fmt"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// convWindow is the window that a convolution slides over an image: each option for
// height and width.
type convWindow struct {
	kernel, stride, pad, dilation [2]int
	groups                        int
	same                          bool
	flat                          bool // has no height to speak of: it is 1
}

// axes returns an option for height and width: hw, or if that is zero, both twice.
func axes(both int, hw [2]int) [2]int {
	if hw == [2]int{} {
		return [2]int{both, both}
	}
	return hw
}

// positive is axes with 1 for zero.
func positive(both int, hw [2]int) [2]int {
	a := axes(both, hw)
	return [2]int{max(a[0], 1), max(a[1], 1)}
}

// checkAxes returns an error unless an option of both axes, or of each, is at least
// some value.
func checkAxes(field string, both int, hw [2]int, least int) error {
	if hw == [2]int{} {
		return checkSize(field, both, least)
	}
	if both != 0 {
		return invalid(field, both, "0 with "+field+"HW")
	}
	for i, n := range hw {
		if err := checkSize(axisName(field, i, hw), n, least); err != nil {
			return err
		}
	}
	return nil
}

// axisName is the name of an axis's option.
func axisName(field string, axis int, hw [2]int) string {
	if hw == [2]int{} {
		return field
	}
	return fmt.Sprintf("%sHW[%d]", field, axis)
}

// checkSame returns an error for a padding that Same replaces.
func checkSame(same bool, field string, both int, hw [2]int) error {
	switch {
	case same && both != 0:
		return invalid(field, both, "0 with Same")
	case same && hw != [2]int{}:
		return invalid(field+"HW", hw, "0 with Same")
	}
	return nil
}

// checkGroups returns an error unless the groups divide the channels.
func (w convWindow) checkGroups(channels, filters int) error {
	if channels%w.groups != 0 || filters%w.groups != 0 {
		return invalid("Groups", w.groups, fmt.Sprintf("a divisor of the %d channels and of Filters = %d", channels, filters))
	}
	return nil
}

// reach is the pixels under the kernel and between them.
func (w convWindow) reach(axis int) int { return w.dilation[axis]*(w.kernel[axis]-1) + 1 }

// padding returns the zeros on each side of images [height, width], and the extra ones
// at the end. It returns an error unless the kernel fits.
func (w convWindow) padding(row []int) (pad, end [2]int, err error) {
	for i, n := range row[len(row)-2:] {
		if w.same {
			pad[i], end[i] = samePad(n, w.reach(i), w.stride[i])
			continue
		}
		pad[i] = w.pad[i]
		if w.reach(i) > n+2*pad[i] {
			return pad, end, w.tooLarge(row)
		}
	}
	return pad, end, nil
}

func (w convWindow) tooLarge(row []int) error {
	reach := [2]int{w.reach(0), w.reach(1)}
	padded := [2]int{row[len(row)-2] + 2*w.pad[0], row[len(row)-1] + 2*w.pad[1]}
	what := option(reach != w.kernel, ", dilated to "+w.sizes(reach)+",")
	if w.flat {
		row = []int{row[0], row[2]}
	}
	return fmt.Errorf("kernel %s%s on rows of shape %v: want at most the padded %s, %s", w.sizes(w.kernel), what, row, map[bool]string{false: "image", true: "length"}[w.flat], w.sizes(padded))
}

// samePad returns the zeros on each side of an axis of n pixels, and the extra ones at
// its end, for n/stride outputs, rounded up.
func samePad(n, reach, stride int) (pad, end int) {
	total := max((n+stride-1)/stride*stride-stride+reach-n, 0)
	return total / 2, total % 2
}

// sizes is the size of a kernel.
func (w convWindow) sizes(hw [2]int) string {
	if w.flat {
		return fmt.Sprint(hw[1])
	}
	return fmt.Sprintf("%d×%d", hw[0], hw[1])
}

// axesText is an option of both axes, or of each.
func (w convWindow) axesText(hw [2]int) string {
	if w.flat || hw[0] == hw[1] {
		return fmt.Sprint(hw[1])
	}
	return fmt.Sprintf("%d×%d", hw[0], hw[1])
}

// text describes the window and the number of filters of a layer.
func (w convWindow) text(filters int) string {
	some := func(name string, hw [2]int, least int) string {
		return option(max(hw[0], hw[1]) > least, ", "+name+" "+w.axesText(hw))
	}
	return fmt.Sprintf("%d, %s", filters, w.sizes(w.kernel)) + some("stride", w.stride, 1) + some("pad", w.pad, 0) + option(w.same, ", same") +
		some("dilation", w.dilation, 1) + option(w.groups > 1, fmt.Sprintf(", groups %d", w.groups))
}

// checkImage returns the shape [C, H, W] of the rows of x.
func checkImage(x *gorgonia.Node) ([]int, error) {
	row := lanes.RowShape(x)
	if len(row) != 3 {
		return nil, fmt.Errorf("rows of shape %v: want [channels height width]", row)
	}
	return row, nil
}

// fans are the inputs of an output and the outputs of an input, ignoring borders and
// strides, as PyTorch counts them.
func (w convWindow) fans(in, filters int) Fans {
	area := w.kernel[0] * w.kernel[1]
	return Fans{In: in * area, Out: filters * area}
}
