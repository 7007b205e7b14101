//go:build amd64 && !purego

package kernel

// skipArgs are the arguments of a kernel that multiplies: a list of entries, each
// a place in the images and a value. Offsets and strides are in bytes.
type skipArgs struct {
	x       *float32 // the images
	row     int      // between their rows
	offsets *int32
	values  *float32
	n       int // entries, at least 1
	w       *float32
	wRow    int // between rows of weights
}

// listArgs are the arguments of a list kernel: the windows of one channel. The
// list has room for sixteen entries more than there can be.
type listArgs struct {
	dy      *float32
	mask    *uint16
	base    *int32 // of the windows
	places  *int32 // of a window's pixels
	lanes   *[Lanes]int32
	windows int // at least 1
	window  int // pixels of a window
	offsets *int32
	values  *float32
	sums    *[Lanes]float32
	n       int // number of entries that it found
}

// skipRowsArgs are the arguments of a conversion of images.
type skipRowsArgs struct {
	row     [Lanes]*float32 // an image each
	lanes   *float32
	nowhere *[Lanes]float32
	blocks  *skipBlock
	n       int // blocks, at least 1
}

// skipBlock holds the offset of four neighboring floats of an image, and the offset of
// each in lanes, in bytes. The offset in lanes is negative for padding.
type skipBlock struct {
	at    int32
	lanes [4]int32
}

const skipMostRows = 5 // of a kernel that multiplies

// skipTable has kernels by rows and by octets: one, two and four.
type skipTable [skipMostRows + 1][3]func(*skipArgs)

// skipKernels are the kernels of one instruction set.
type skipKernels struct {
	weights, inputs skipTable
	list, list4     func(*listArgs)
	toRows, toLanes func(*skipRowsArgs)
}

var (
	skipKernelsAVX2   = skipKernels{skipWeightsAVX2, skipInputsAVX2, skipListAVX2, skipList4AVX2, skipToRowsAVX2, skipToLanesAVX2}
	skipKernelsAVX512 = skipKernels{skipWeightsAVX512, skipInputsAVX512, skipListAVX512, skipList4AVX512, skipToRowsAVX512, skipToLanesAVX512}
)

func skipKernelsOf(i ISA) *skipKernels {
	if i == AVX2 {
		return &skipKernelsAVX2
	}
	return &skipKernelsAVX512
}
