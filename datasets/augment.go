package datasets

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"descent/internal/isnil"
	"descent/internal/prefix"
	"descent/internal/rng"
)

// Augment is a [Dataset] of images that change at random in every epoch: each is
// cropped, then flipped, then has a rectangle erased. Labels, targets and weights
// stay as they are. Train on an Augment and evaluate on the underlying dataset.
//
// The changes to an image are a function of Seed, the epoch and the row alone, and
// each step has separate random numbers: flips are the same with and without
// Pad. A [Loader] requests the epoch; Gather uses epoch 0.
//
// For the images of CIFAR-10, He et al. (2015, section 4.2) use Pad 4 and Flip .5.
type Augment struct {
	Dataset Dataset // of Pixels or Inputs, with an InputShape of channels, height and width
	Seed    uint64

	// Pad is the number of pixels added on each of the four sides before the image
	// is cropped, at most 2²⁰. They have the value Fill or, with Reflect, mirror the
	// image without repeating its outermost pixel. Pad must then be less than height
	// and width.
	Pad     int
	Reflect bool

	// Crop is the height and width of the window to keep, at most those of the
	// padded image. If both are zero, they are those of the dataset's images, so that
	// Pad alone shifts images: by −Pad to Pad pixels down and to the right. All
	// positions of the window are equally likely.
	Crop [2]int

	Flip         float64 // probability of exchanging left and right, in [0, 1]
	FlipVertical float64 // probability of exchanging top and bottom, in [0, 1]

	// Erase is the probability, in [0, 1], that a rectangle is filled with Fill in
	// all channels, as in Random Erasing (Zhong et al. 2017, Algorithm 1). Its area,
	// as a fraction of the image's, is drawn uniformly from EraseArea, and its height
	// divided by its width from EraseAspect. Both are drawn again if the rectangle
	// doesn't fit, up to 10 times. Its position is uniform. If they are zero,
	// EraseArea is [.02, .4] and EraseAspect [.3, 1/.3], as in the paper.
	Erase       float64
	EraseArea   [2]float64
	EraseAspect [2]float64

	// Fill is the value of padded and erased pixels as a model sees it. For Pixels, it
	// is in [0, 1] and stands for the byte Fill × 255, rounded.
	Fill float32
}

var (
	_ Dataset       = (*Augment)(nil)
	_ EpochGatherer = (*Augment)(nil)
)

// Validate returns an error if the Dataset is missing, panics or has no images, or if
// a field is out of range.
func (a *Augment) Validate() error {
	_, err := a.plan()
	return prefix.Error("datasets", err)
}

// Len returns the number of examples of the dataset, or zero without one.
func (a *Augment) Len() int {
	if isnil.Value(a.Dataset) {
		return 0
	}
	return a.Dataset.Len()
}

// InputShape returns [channels height width] after cropping, or nil if a is not valid.
func (a *Augment) InputShape() []int {
	p, err := a.plan()
	if err != nil {
		return nil
	}
	return []int{p.channels, p.to[0], p.to[1]}
}

func (a *Augment) Gather(b *Batch, rows []int) error { return a.GatherEpoch(b, rows, 0) }

// GatherEpoch fills b with the examples of the epoch. It is an error if a is not
// valid, or if the dataset has tokens.
func (a *Augment) GatherEpoch(b *Batch, rows []int, epoch int) error {
	p, err := a.plan()
	if err != nil {
		return prefix.Error("datasets", err)
	}
	if b == nil {
		return errors.New("datasets: Augment: the batch is nil: want a Batch")
	}
	if err := gather(a.Dataset, b, slices.Clone(rows) /* it may write to them */, epoch); err != nil {
		return prefix.Error("datasets", err, "Augment")
	}
	p.key = rng.Key(a.Seed, "augment", strconv.Itoa(epoch))
	switch width := p.channels * p.from[0] * p.from[1]; {
	case len(b.Tokens) != 0:
		return fmt.Errorf("datasets: Augment: %d tokens: want pixels or inputs", len(b.Tokens))
	case len(b.Pixels) != 0 && len(b.Inputs) != 0 || len(b.Pixels)+len(b.Inputs) != len(rows)*width:
		return fmt.Errorf("datasets: Augment: %T.Gather gave %d pixels and %d inputs: want %d rows of %d values of one kind",
			a.Dataset, len(b.Pixels), len(b.Inputs), len(rows), width)
	case len(b.Pixels) != 0 && !(a.Fill >= 0 && a.Fill <= 1):
		return fmt.Errorf("datasets: Augment: Fill = %v: want [0, 1] for Pixels", a.Fill)
	case len(rows) > math.MaxInt/(p.channels*max(p.from[0], p.to[0])*max(p.from[1], p.to[1])):
		return fmt.Errorf("datasets: Augment: %d rows of shape %v: want a product that fits in memory", len(rows), a.InputShape())
	}
	if len(b.Pixels) != 0 {
		b.Pixels = augmented(b.Pixels, rows, uint8(math.Round(float64(a.Fill)*255)), &p)
	} else if len(b.Inputs) != 0 {
		b.Inputs = augmented(b.Inputs, rows, a.Fill, &p)
	}
	return nil
}

// augmentation is a valid Augment with the sizes of its images.
type augmentation struct {
	*Augment
	channels int
	from, to [2]int // height and width, before and after
	key      uint64 // of the epoch
}

// plan returns the sizes of a valid Augment.
func (a *Augment) plan() (p augmentation, err error) {
	if a == nil || isnil.Value(a.Dataset) {
		return p, errors.New("Augment: Dataset = nil: want a dataset")
	}
	shape, err := shapeOf(a.Dataset)
	if err != nil {
		return p, prefix.Error("Augment", err)
	}
	if _, ok := elements(shape); !ok || len(shape) != 3 {
		return p, fmt.Errorf("Augment: the dataset's InputShape is %v: want channels, height and width", shape)
	}
	p = augmentation{Augment: a, channels: shape[0], from: [2]int(shape[1:]), to: a.Crop}
	if p.to == [2]int{} {
		p.to = p.from
	}
	const maxPad = 1 << 20
	if a.Pad < 0 || a.Pad > maxPad {
		return p, fmt.Errorf("Augment: Pad = %d: want [0, %d]", a.Pad, maxPad)
	}
	if a.Reflect && a.Pad >= min(p.from[0], p.from[1]) {
		return p, fmt.Errorf("Augment: Pad = %d with Reflect: want less than height and width, %d × %d", a.Pad, p.from[0], p.from[1])
	}
	for i := range p.to {
		if p.to[i] < 1 || p.to[i]-2*a.Pad > p.from[i] {
			return p, fmt.Errorf("Augment: Crop = %v of images of %d × %d, padded by %d: want 1 or more, and no more than the padded image",
				a.Crop, p.from[0], p.from[1], a.Pad)
		}
	}
	if _, ok := elements([]int{p.channels, max(p.from[0], p.to[0]), max(p.from[1], p.to[1])}); !ok {
		return p, fmt.Errorf("Augment: Crop = %v: want a size that fits in memory", a.Crop)
	}
	for _, f := range []struct {
		name  string
		value float64
	}{{"Flip", a.Flip}, {"FlipVertical", a.FlipVertical}, {"Erase", a.Erase}} {
		if !(f.value >= 0 && f.value <= 1) {
			return p, fmt.Errorf("Augment: %s = %v: want [0, 1]", f.name, f.value)
		}
	}
	if r := a.EraseArea; r != [2]float64{} && !(r[0] > 0 && r[0] <= r[1] && r[1] <= 1) {
		return p, fmt.Errorf("Augment: EraseArea = %v: want a smaller and a larger number in (0, 1]", r)
	}
	if r := a.EraseAspect; r != [2]float64{} && !(r[0] > 0 && r[0] <= r[1] && r[1] <= math.MaxFloat32) {
		return p, fmt.Errorf("Augment: EraseAspect = %v: want a smaller and a larger positive number", r)
	}
	if a.Fill-a.Fill != 0 { // NaN − NaN and Inf − Inf are NaN
		return p, fmt.Errorf("Augment: Fill = %v: want a finite number", a.Fill)
	}
	return p, nil
}
