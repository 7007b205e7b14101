//go:build amd64 && !purego

package kernel

// sparseArgs is what a sparse kernel works on: a list of entries, each a place
// in the images and a value. Offsets and strides are in bytes.
type sparseArgs struct {
	x       *float32 // the images
	row     int      // between their rows
	offsets *int32
	values  *float32
	n       int // entries, at least 1
	w       *float32
	wRow    int // between rows of weights
}

// listArgs is what a list kernel works on: the windows of one channel. It has
// room for sixteen entries more than there may be.
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
	n       int // how many entries it found
}

// sparseRowsArgs is what a conversion of images works on.
type sparseRowsArgs struct {
	row     [Lanes]*float32 // an image each
	lanes   *float32
	nowhere *[Lanes]float32
	blocks  *sparseBlock
	n       int // blocks, at least 1
}

// sparseBlock is four neighbouring floats of an image, and where each is in
// lanes: negative if it is padding. In bytes.
type sparseBlock struct {
	at    int32
	lanes [4]int32
}

const sparseMostRows = 5 // of a sparse kernel

// sparseTable is kernels by rows and by octets: one, two and four.
type sparseTable [sparseMostRows + 1][3]func(*sparseArgs)

// sparseKernels are those of one instruction set.
type sparseKernels struct {
	weights, inputs sparseTable
	list, list4     func(*listArgs)
	toRows, toLanes func(*sparseRowsArgs)
}

var (
	sparseKernelsAVX2   = sparseKernels{sparseWeightsAVX2, sparseInputsAVX2, sparseListAVX2, sparseList4AVX2, sparseToRowsAVX2, sparseToLanesAVX2}
	sparseKernelsAVX512 = sparseKernels{sparseWeightsAVX512, sparseInputsAVX512, sparseListAVX512, sparseList4AVX512, sparseToRowsAVX512, sparseToLanesAVX512}
)

func sparseKernelsOf(i ISA) *sparseKernels {
	if i == AVX2 {
		return &sparseKernelsAVX2
	}
	return &sparseKernelsAVX512
}
