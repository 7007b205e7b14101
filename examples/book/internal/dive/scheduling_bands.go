package dive

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"descent/internal/figure"
)

// lenetBandsFile has training runs of 40 epochs, with several seeds each.
// TestLenetBands writes it.
//
//go:embed testdata/lenet_bands.json
var lenetBandsFile []byte

// lenetBand holds the results of one setting.
type lenetBand struct {
	Name     string        `json:"name"`
	Schedule string        `json:"schedule"` // as Go writes it
	Epochs   int           `json:"epochs"`
	Batch    int           `json:"batch"`
	Runs     []lenetRecord `json:"runs"`
}

// lenetRecord is a training run. The lists have an element for each epoch. Runs of an
// earlier version of the library, whose last bits differ, have only the last element.
type lenetRecord struct {
	Seed          uint64    `json:"seed"` // of the initial weights and the order of the images
	TrainLoss     []float64 `json:"train_loss"`
	TrainAccuracy []float64 `json:"train_accuracy"`
	TestAccuracy  []float64 `json:"test_accuracy"`
}

// scores are the lists in the order of the numbers that the book prints.
func (r lenetRecord) scores() [3][]float64 {
	return [3][]float64{r.TrainLoss, r.TrainAccuracy, r.TestAccuracy}
}

// deadEpochs counts the epochs in which the network was dead.
func (r lenetRecord) deadEpochs() (n int) {
	for _, loss := range r.TrainLoss {
		if dead(loss) {
			n++
		}
	}
	return n
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
	return lenetBand{}, fmt.Errorf("testdata/lenet_bands.json: no band for %s, %s", r.name, r.label())
}

// after returns the three scores after the given number of epochs, each over the seeds
// that have it.
func (b lenetBand) after(epochs int) (scores [3][]float64) {
	for _, r := range b.Runs {
		for i, v := range r.scores() {
			if from := b.Epochs - len(v); epochs > from {
				scores[i] = append(scores[i], v[min(epochs, b.Epochs)-from-1])
			}
		}
	}
	return scores
}

// panel draws the loss and the test accuracy of the seeds against the epoch, as points
// where only the last epoch is stored.
func (b lenetBand) panel(title string) figure.Panel {
	panel := figure.Panel{
		Title: title + fmt.Sprintf(": %d stored runs", len(b.Runs)), XLabel: "epoch", YLabel: "loss, accuracy",
		XRange: figure.Range{Max: float64(b.Epochs) + 1}, YRange: figure.Range{Max: 1},
	}
	for _, r := range b.Runs {
		loss := figure.Series{Style: figure.Solid, Color: 1, Y: r.TrainLoss}
		test := figure.Series{Style: figure.Solid, Color: 3, Y: r.TestAccuracy}
		if panel.Series == nil {
			loss.Name, test.Name = "train loss", "test accuracy"
		}
		for k := range r.TrainLoss {
			epoch := float64(b.Epochs - len(r.TrainLoss) + k + 1)
			loss.X, test.X = append(loss.X, epoch), append(test.X, epoch)
		}
		panel.Series = append(panel.Series, loss, test)
	}
	return panel
}
