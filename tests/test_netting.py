"""Crimes not recorded, net of those that should not have been recorded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import cdi
from cdi.printing.layouts import said_of_net
from cdi.survey.extrapolation import NetError

OVER = cdi.PublishedRate(0.05, 0.0196)


def rates_of(recorded: int, due: int) -> cdi.Estimates:
    frame = pd.DataFrame({"recorded": [1] * recorded + [0] * (due - recorded)})
    return cdi.recording_rate(cdi.read_audit(frame))


class TestNet:
    def test_is_what_is_missing_less_what_should_not_be_there(self) -> None:
        missing = cdi.unrecorded(rates_of(180, 200), 20_000, over_recording=OVER)
        net = cdi.net_unrecorded(missing, OVER)
        assert net.over_recorded == pytest.approx(1_000, rel=1e-12)
        assert net.estimate == pytest.approx(missing.estimate[0] - 1_000, rel=1e-12)
        assert net.estimate == pytest.approx(20_000 * (0.95 / 0.9 - 1), rel=1e-12)

    def test_interval_agrees_with_the_delta_method_in_large_samples(self) -> None:
        rates, over = rates_of(180_000, 200_000), cdi.PublishedRate(0.05, 0.000196)
        net = cdi.net_unrecorded(cdi.unrecorded(rates, 20_000, over_recording=over), over)
        se = 20_000 * np.hypot(0.0001 / 0.9, 0.95 * rates.se[0] / 0.9**2)
        assert net.low is not None
        assert net.high is not None
        assert (net.high - net.low) / 2 == pytest.approx(1.959964 * se, rel=1e-3)

    def test_it_has_the_chance_of_the_crimes_where_the_count_has_it(self) -> None:
        def net(R: int, **more: Any) -> NetError:
            return cdi.net_unrecorded(cdi.unrecorded(rates_of(540, 600), R, over_recording=OVER, **more), OVER)

        assert net(80_000, prediction=True).high < 1.02 * net(80_000).high  # type: ignore[operator]
        few, many = net(800, prediction=True), net(80_000)
        assert few.high > 1.1 * many.high / 100  # type: ignore[operator]
        assert few.low < many.low / 100  # type: ignore[operator]
        assert net(800).high == pytest.approx(many.high / 100, rel=1e-12)  # type: ignore[operator]

    @pytest.mark.long
    def test_of_realised_counts_it_covers(self) -> None:
        """Both audits and the crimes are drawn; 600 repetitions, a fixed seed."""
        rng, R, p, c, held = np.random.default_rng(20_261_125), 500, 0.9, 0.03, 0
        for _ in range(600):
            rates = rates_of(int(rng.binomial(400, p)), 400)
            over = cdi.of_counts(int(rng.binomial(300, c)), 300, measure="over-recording")
            found = cdi.net_unrecorded(cdi.unrecorded(rates, R, over_recording=over, prediction=True), over)
            false = int(rng.binomial(R, c))
            realised = int(rng.negative_binomial(R - false, p)) - false
            held += bool(found.low <= realised <= found.high)  # type: ignore[operator]
        assert abs(held / 600 - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 600)

    def test_the_method_holds_for_both_audits(self) -> None:
        over = cdi.of_counts(3, 100, measure="over-recording")
        missing = cdi.unrecorded(rates_of(180, 200), 20_000, over_recording=over)
        wide = cdi.net_unrecorded(missing, over, method="korn-graubard")
        assert wide.low < cdi.net_unrecorded(missing, over).low  # type: ignore[operator]

    def test_none_found_over_recorded_is_not_taken_for_certain(self) -> None:
        none, one = (cdi.of_counts(x, 40, measure="over-recording") for x in (0, 1))
        spread = [cdi.unrecorded(rates_of(180, 200), 20_000, over_recording=over).chance[0] for over in (none, one)]
        assert 0 < spread[0] < spread[1]

    def test_without_over_recorded_crimes_it_is_what_is_missing(self) -> None:
        nothing = cdi.PublishedRate(0.0)
        missing = cdi.unrecorded(rates_of(180, 200), 20_000, over_recording=nothing)
        net, ends = cdi.net_unrecorded(missing, nothing), missing.interval()
        assert (net.estimate, net.low, net.high) == pytest.approx((missing.estimate[0], ends.low[0], ends.high[0]))

    @pytest.mark.parametrize(
        ("missing", "code"),
        [(cdi.unrecorded(rates_of(180, 200), 20_000), "not-net"), (rates_of(180, 200), "not-net")],
    )
    def test_needs_a_count_net_of_over_recording(self, missing: Any, code: str) -> None:
        with pytest.raises(cdi.DesignError) as caught:
            cdi.net_unrecorded(missing, OVER)
        assert caught.value.faults[0].code == code

    def test_of_a_rate_of_0_there_is_none(self) -> None:
        net = cdi.net_unrecorded(cdi.unrecorded(rates_of(0, 20), 20_000, over_recording=OVER), OVER)
        assert (net.estimate, net.high) == (None, None)
        assert said_of_net(net) == ()


class TestSentence:
    def test_too_low(self) -> None:
        assert said_of_net(NetError(2_924.0, 10_012.0, 6_020.0, 15_431.0, 0.95)) == (
            "An estimated 2,900 recorded crimes should not have been recorded. Net of these, recorded crime is 10,000 "
            "too low (95% confidence interval 6,000 to 15,500).",
        )

    def test_too_high(self) -> None:
        assert said_of_net(NetError(5_000.0, -2_000.0, -3_010.0, -1_020.0, 0.9)) == (
            "An estimated 5,000 recorded crimes should not have been recorded. Net of these, recorded crime is 2,000 "
            "too high (90% confidence interval 1,000 to 3,100).",
        )

    def test_an_interval_that_goes_both_ways_names_them(self) -> None:
        (sentence,) = said_of_net(NetError(290.0, -290.0, -440.0, 215.0, 0.95))
        assert sentence.endswith("290 too high (95% confidence interval 220 too low to 440 too high).")
        (sentence,) = said_of_net(NetError(290.0, 290.0, -215.0, 440.0, 0.95))
        assert sentence.endswith("290 too low (95% confidence interval 220 too high to 440 too low).")

    def test_nothing_was_asked(self) -> None:
        assert said_of_net(None) == ()
