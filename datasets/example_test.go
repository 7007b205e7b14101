package datasets_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"slices"
	"strings"

	"descent/datasets"
)

func ExampleFromSlices() {
	// Exclusive or: four examples of two inputs, in two classes.
	xor, err := datasets.FromSlices(datasets.Arrays{
		Shape:  []int{2},
		Inputs: []float32{0, 0, 0, 1, 1, 0, 1, 1},
		Labels: []int32{0, 1, 1, 0},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(xor.Len(), xor.InputShape(), xor.NumClasses(), xor.Batches(3))
	// Output: 4 [2] 2 2
}

// Bad data is an error when the dataset is made, not later in training.
func ExampleFromSlices_error() {
	_, err := datasets.FromSlices(datasets.Arrays{
		Shape:   []int{2},
		Inputs:  []float32{0, 0, 0, 1},
		Labels:  []int32{3, 10},
		Classes: 10,
	})
	fmt.Println(err)
	// Output: datasets: FromSlices: label 10 of row 1: want [0, 10)
}

// Parity is a computed dataset: the bits of a number, and whether an odd number of
// them is set.
type Parity struct{ Bits int }

func (p Parity) Len() int          { return 1 << p.Bits }
func (p Parity) InputShape() []int { return []int{p.Bits} }

func (p Parity) Gather(b *datasets.Batch, rows []int) error {
	*b = datasets.Batch{Rows: len(rows), Inputs: b.Inputs[:0], Labels: b.Labels[:0]}
	for _, row := range rows {
		label := 0
		for bit := range p.Bits {
			v := row >> bit & 1
			label ^= v
			b.Inputs = append(b.Inputs, float32(v))
		}
		b.Labels = append(b.Labels, int32(label))
	}
	return nil
}

// A custom dataset is a type with three methods.
func ExampleDataset() {
	loader := datasets.Loader{Dataset: Parity{Bits: 3}, BatchSize: 3}
	for b, err := range loader.Epoch(context.Background(), 0) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(b.Inputs, b.Labels)
	}
	// Output:
	// [0 0 0 1 0 0 0 1 0] [0 1 1]
	// [1 1 0 0 0 1 1 0 1] [0 1 0]
	// [0 1 1 1 1 1] [0 1]
}

// Mirrored flips images at random, left to right. Whether it flips an image is a
// function of the seed, the epoch and the row.
type Mirrored struct {
	*datasets.Images
	Seed uint64
}

func (m Mirrored) Gather(b *datasets.Batch, rows []int) error { return m.GatherEpoch(b, rows, 0) }

func (m Mirrored) GatherEpoch(b *datasets.Batch, rows []int, epoch int) error {
	if err := m.Images.Gather(b, rows); err != nil {
		return err
	}
	shape := m.InputShape()
	lines := shape[0] * shape[1] // of an image, in all channels
	for i, row := range rows {
		random := rand.New(rand.NewPCG(m.Seed, uint64(epoch)<<32|uint64(row)))
		if random.IntN(2) == 1 {
			for j := range lines {
				slices.Reverse(b.Pixels[(i*lines+j)*shape[2]:][:shape[2]])
			}
		}
	}
	return nil
}

// A custom augmentation is a dataset that depends on the epoch.
func ExampleEpochGatherer() {
	images, err := datasets.NewImages(datasets.Arrays{
		Shape:  []int{1, 1, 2},
		Pixels: []uint8{1, 2, 3, 4, 5, 6},
		Labels: []int32{0, 0, 1},
	}, []string{"cat", "dog"}, datasets.SourceDir, "")
	if err != nil {
		log.Fatal(err)
	}
	loader := datasets.Loader{Dataset: Mirrored{images, 1}, BatchSize: 3}
	for epoch := range 3 {
		for b, err := range loader.Epoch(context.Background(), epoch) {
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(b.Pixels)
		}
	}
	// Output:
	// [2 1 3 4 5 6]
	// [2 1 4 3 6 5]
	// [1 2 4 3 5 6]
}

// Sentences of two lengths: the shorter one is padded, and a weight of 0 leaves
// the padding out of losses and metrics.
func ExampleArrays() {
	sentences, err := datasets.FromSlices(datasets.Arrays{
		Shape:   []int{4},
		Tokens:  []int32{5, 1, 7, 2, 3, 1, 0, 0},
		Labels:  []int32{1, 7, 2, 9, 1, 9, 0, 0}, // the next token
		Weights: []float32{1, 1, 1, 1, 1, 1, 0, 0},
	})
	if err != nil {
		log.Fatal(err)
	}
	var b datasets.Batch
	if err := sentences.Gather(&b, []int{1}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(sentences.Len(), sentences.Labels(), b.Tokens, b.Labels, b.Weights)
	// Output: 2 4 [3 1 0 0] [1 9 0 0] [1 1 0 0]
}

// Every epoch has a different order, which depends on the seed and the epoch's
// number alone.
func ExampleLoader() {
	digits, err := datasets.FromSlices(datasets.Arrays{
		Shape:  []int{1},
		Inputs: []float32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
	})
	if err != nil {
		log.Fatal(err)
	}
	loader := datasets.Loader{Dataset: digits, BatchSize: 4, Seed: 1, Shuffle: true}
	for epoch := range 2 {
		for b, err := range loader.Epoch(context.Background(), epoch) {
			if err != nil {
				log.Fatal(err)
			}
			fmt.Print(b.Inputs)
		}
		fmt.Println()
	}
	// Output:
	// [4 7 1 9][5 8 3 6][0 2]
	// [9 8 3 7][6 2 1 5][4 0]
}

// A tenth of the data is held out for validation.
func ExampleSplit() {
	airfoil, err := datasets.Airfoil()
	if err != nil {
		log.Fatal(err)
	}
	validation, train, err := datasets.Split(airfoil, airfoil.Len()/10, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(validation.Len(), train.Len())
	// Output: 150 1350
}

func ExampleAirfoil() {
	airfoil, err := datasets.Airfoil()
	if err != nil {
		log.Fatal(err)
	}
	var b datasets.Batch
	if err := airfoil.Gather(&b, []int{0}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(airfoil.Len(), "rows")
	for i, v := range append(b.Inputs, b.Targets...) {
		fmt.Printf("%6.3f  %s\n", v, datasets.AirfoilColumns()[i])
	}
	// Output:
	// 1500 rows
	// -0.662  frequency, Hz
	// -1.146  angle of attack, degrees
	//  1.799  chord length, m
	//  1.313  free-stream velocity, m/s
	// -0.645  suction side displacement thickness, m
	//  0.198  scaled sound pressure level, dB
}

func ExampleReadCSV() {
	const file = "rooms,age,price\n3,20,450\n5,3,900\n2,51,300\n"
	table, err := datasets.ReadCSV(strings.NewReader(file), datasets.CSV{Header: true})
	if err != nil {
		log.Fatal(err)
	}
	mean, _, err := table.Standardize()
	if err != nil {
		log.Fatal(err)
	}
	houses, err := table.Dataset(2) // the price is to be predicted
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(table.Names, houses.Len(), houses.InputShape(), mean[2])

	_, err = datasets.ReadCSV(strings.NewReader("1,2\n3,?\n"), datasets.CSV{})
	fmt.Println(err)
	// Output:
	// [rooms age price] 3 [2] 550
	// datasets: CSV: line 2, column 1: "?": want a finite number
}

// Files of the MNIST family become a dataset like any other arrays.
func ExampleReadIDX() {
	images, err := datasets.ReadIDX(strings.NewReader("\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x02ABCD"))
	if err != nil {
		log.Fatal(err)
	}
	file, err := datasets.ReadIDX(strings.NewReader("\x00\x00\x08\x01\x00\x00\x00\x02\x01\x00"))
	if err != nil {
		log.Fatal(err)
	}
	labels, err := file.Labels()
	if err != nil {
		log.Fatal(err)
	}
	set, err := datasets.NewImages(datasets.Arrays{
		Shape:  append([]int{1}, images.Shape[1:]...),
		Pixels: images.Data,
		Labels: labels,
	}, []string{"cat", "dog"}, datasets.SourceDir, "testdata")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(set.Len(), set.InputShape(), set.Image(0), set.Classes()[set.Label(0)])
	// Output: 2 [1 1 2] [65 66] dog
}

func ExampleLinear() {
	data, err := datasets.Linear(datasets.LinearConfig{
		Weights: []float64{2, -3.4}, Bias: 4.2, Noise: .01, Examples: 1000, Seed: 1,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data.Len(), data.InputShape(), data.Targets())
	// Output: 1000 [2] 1
}

// Images are shifted by up to one pixel and flipped half of the time, differently in
// each epoch.
func ExampleAugment() {
	images, err := datasets.FromSlices(datasets.Arrays{
		Shape:  []int{1, 2, 3},
		Pixels: []uint8{1, 2, 3, 4, 5, 6},
		Labels: []int32{0},
	})
	if err != nil {
		log.Fatal(err)
	}
	train := &datasets.Augment{Dataset: images, Seed: 1, Pad: 1, Flip: .5}
	loader := datasets.Loader{Dataset: train, BatchSize: 1, Shuffle: true}
	for epoch := range 3 {
		for b, err := range loader.Epoch(context.Background(), epoch) {
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(b.Pixels[:3], b.Pixels[3:])
		}
	}
	// Output:
	// [2 1 0] [5 4 0]
	// [0 4 5] [0 0 0]
	// [0 0 0] [3 2 1]
}

// The test rows are scaled by the statistics of the training rows.
func ExampleScaler() {
	const file = "rooms,price\n3,450\n5,900\n2,300\n4,600\n"
	table, err := datasets.ReadCSV(strings.NewReader(file), datasets.CSV{Header: true})
	if err != nil {
		log.Fatal(err)
	}
	train, err := table.Subset([]int{0, 1, 2})
	if err != nil {
		log.Fatal(err)
	}
	test, err := table.Subset([]int{3})
	if err != nil {
		log.Fatal(err)
	}
	scaler, err := datasets.FitScaler(train)
	if err != nil {
		log.Fatal(err)
	}
	for _, t := range []*datasets.Table{train, test} {
		if err := scaler.Apply(t); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("mean %.2f, sd %.2f\n", scaler.Mean, scaler.SD)
	fmt.Printf("%.3f is %.0f\n", test.Data[1], scaler.Undo(1, test.Data[1]))
	// Output:
	// mean [3.33 550.00], sd [1.25 254.95]
	// 0.196 is 600
}

// Windows of a text, with the next characters as labels. Keep the vocabulary with the
// model.
func ExampleNewText() {
	text, err := datasets.NewText("to be or not to be", datasets.TextConfig{Length: 5})
	if err != nil {
		log.Fatal(err)
	}
	vocabulary := text.Vocabulary()
	fmt.Printf("%d examples, %d tokens: %q\n", text.Len(), len(vocabulary), vocabulary)
	loader := datasets.Loader{Dataset: text, BatchSize: 1, Shuffle: true, Seed: 1}
	for b, err := range loader.Epoch(context.Background(), 0) {
		if err != nil {
			log.Fatal(err)
		}
		inputs, err := vocabulary.Decode(b.Tokens)
		if err != nil {
			log.Fatal(err)
		}
		labels, err := vocabulary.Decode(b.Labels)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%q → %q\n", inputs, labels)
	}
	// Output:
	// 3 examples, 7 tokens: [" " "b" "e" "n" "o" "r" "t"]
	// " or n" → "or no"
	// "ot to" → "t to "
	// "to be" → "o be "
}

// With streams, every row of a batch continues the same row of the batch before, for
// a recurrent network that keeps its state.
func ExampleTextConfig_streams() {
	text, err := datasets.NewText("abcdefghijklmnopqrstuvwxyz", datasets.TextConfig{Length: 4, Streams: 2})
	if err != nil {
		log.Fatal(err)
	}
	loader := datasets.Loader{Dataset: text, BatchSize: text.Streams()}
	for b, err := range loader.Epoch(context.Background(), 0) {
		if err != nil {
			log.Fatal(err)
		}
		rows, err := text.Vocabulary().Decode(b.Tokens)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(rows[:4], rows[4:])
	}
	// Output:
	// abcd mnop
	// efgh qrst
	// ijkl uvwx
}

// A vocabulary of bytes reads any file; one of characters rejects unknown characters.
func ExampleVocabulary() {
	vocabulary, err := datasets.Characters("abracadabra")
	if err != nil {
		log.Fatal(err)
	}
	tokens, err := vocabulary.Encode("cab")
	fmt.Println(vocabulary, tokens, err)
	_, err = vocabulary.Encode("café")
	fmt.Println(err)
	tokens, err = datasets.Bytes().Encode("é")
	fmt.Println(tokens, err)
	// Output:
	// [a b c d r] [2 0 1] <nil>
	// datasets: Encode: character 'f' at byte 2 of the text: want one of the 5 of the vocabulary
	// [195 169] <nil>
}

// The set's binary version, decompressed, with the usual augmentation for residual
// networks.
func ExampleCIFAR10() {
	images, test, err := datasets.CIFAR10("cifar-10-batches-bin")
	if err != nil {
		log.Fatal(err)
	}
	train := &datasets.Augment{Dataset: images, Seed: 1, Pad: 4, Flip: .5}
	fmt.Println(train.Len(), test.Len(), train.InputShape(), images.Classes())
}

// FashionMNIST looks on this machine, then downloads the set into the user's cache.
func ExampleMNIST() {
	train, test, err := datasets.MNIST(context.Background(), datasets.MNISTOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(train.Len(), test.Len(), train.InputShape(), train.Source)
}

// Five-fold cross-validation of rows in two classes, with the same number of each class
// in every part.
func ExampleStratifiedFolds() {
	data, err := datasets.FromSlices(datasets.Arrays{
		Shape:  []int{1},
		Inputs: []float32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		Labels: []int32{0, 0, 0, 0, 0, 1, 1, 1, 1, 1},
	})
	if err != nil {
		log.Fatal(err)
	}
	folds, err := datasets.StratifiedFolds(data, 5, 1)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range folds {
		fmt.Println("train on", f.Train.Len(), "test on rows", f.Test.Rows())
	}
	// Output:
	// train on 8 test on rows [1 9]
	// train on 8 test on rows [3 5]
	// train on 8 test on rows [4 8]
	// train on 8 test on rows [2 7]
	// train on 8 test on rows [0 6]
}

// One class has three examples and the other has one, which is served three times.
func ExampleBalance() {
	data, err := datasets.FromSlices(datasets.Arrays{
		Shape:  []int{1},
		Inputs: []float32{10, 11, 12, 20},
		Labels: []int32{0, 0, 0, 1},
	})
	if err != nil {
		log.Fatal(err)
	}
	balanced, err := datasets.Balance(data, 0, 2)
	if err != nil {
		log.Fatal(err)
	}
	loader := datasets.Loader{Dataset: balanced, BatchSize: 6}
	for epoch := range 2 {
		for b, err := range loader.Epoch(context.Background(), epoch) {
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(b.Inputs, b.Labels)
		}
	}
	// Output:
	// [10 20 12 20 11 20] [0 1 0 1 0 1]
	// [12 20 10 20 11 20] [0 1 0 1 0 1]
}

// A category becomes columns of 0 and 1, and a missing number becomes the mean. Rows to
// predict are read like the training rows: their new color is "other".
func ExampleReadColumns() {
	const train = "id,rooms,color,price\n1,3,red,450\n2,,blue,900\n3,2,red,300\n"
	const predict = "rooms,color\n4,blue\n,pink\n"
	inputs := []datasets.Column{
		{Name: "rooms", Missing: datasets.MissingMean},
		{Name: "color", Kind: datasets.Category, Other: true},
	}
	columns := append(inputs, datasets.Column{Name: "price"})
	table, fitted, err := datasets.ReadColumns(strings.NewReader(train), datasets.CSV{Header: true}, columns)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q\n", table.Names)
	for row := range slices.Chunk(table.Data, table.Cols) {
		fmt.Println(row)
	}
	table, _, err = datasets.ReadColumns(strings.NewReader(predict), datasets.CSV{Header: true}, fitted[:len(inputs)])
	if err != nil {
		log.Fatal(err)
	}
	for row := range slices.Chunk(table.Data, table.Cols) {
		fmt.Println(row)
	}
	// Output:
	// ["rooms" "color=blue" "color=red" "color=other" "price"]
	// [3 0 1 0 450]
	// [2.5 1 0 0 900]
	// [2 0 1 0 300]
	// [4 1 0 0]
	// [2.5 0 0 1]
}
