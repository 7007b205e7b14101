package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// lenetBandsFile has what trainings of 40 epochs have come to, for several
// seeds each; TestLenetBands makes it.
//
//go:embed testdata/lenet_bands.json
var lenetBandsFile []byte

// lenetBand is one setting. The lists have an element for each seed.
type lenetBand struct {
	Name          string    `json:"name"`
	Schedule      string    `json:"schedule"` // as Go writes it
	Epochs        int       `json:"epochs"`
	Batch         int       `json:"batch"`
	Seeds         []uint64  `json:"seeds"` // of the initial weights and the order of the images
	TrainLoss     []float64 `json:"train_loss"`
	TrainAccuracy []float64 `json:"train_accuracy"`
	TestAccuracy  []float64 `json:"test_accuracy"`
	StuckEpochs   []int     `json:"stuck_epochs"` // with the loss of a net that says nothing
}

func lenetBands() (bands []lenetBand, err error) {
	if err := json.Unmarshal(lenetBandsFile, &bands); err != nil {
		return nil, fmt.Errorf("testdata/lenet_bands.json: %w", err)
	}
	return bands, nil
}

// bandOf is the band of a reading.
func bandOf(r reading) (lenetBand, error) {
	bands, err := lenetBands()
	if err != nil {
		return lenetBand{}, err
	}
	for _, b := range bands {
		if b.Name == r.name && b.Schedule == r.label() {
			return b, nil
		}
	}
	return lenetBand{}, fmt.Errorf("testdata/lenet_bands.json: no band of %s, %s", r.name, r.label())
}

// samples are the three numbers that the book prints, for every seed.
func (b lenetBand) samples() [][]float64 {
	return [][]float64{b.TrainLoss, b.TrainAccuracy, b.TestAccuracy}
}
