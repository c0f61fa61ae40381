"""Mass carried along a path: areas stay, ends are the flow's own, slopes are those of differences."""

import numpy as np
import pytest

from hw9core.line_flow.bases import BASES
from hw9core.line_flow.journey import direct_path, two_stage_path
from hw9core.line_flow.mixture_cdf import MixtureCDFTransform
from hw9core.line_flow.slices import quantile_slices

TIMES = np.linspace(0, 1, 11)


@pytest.fixture(params=list(BASES))
def flow(request):
    return MixtureCDFTransform([0.4, 0.35, 0.25], [-1.0, 0.4, 1.8], [0.25, 0.5, 0.1], BASES[request.param])


@pytest.mark.parametrize(("path", "end"), [(direct_path, 1), (two_stage_path, 2)])
def test_areas_of_slices_stay(flow, path, end):
    slices = quantile_slices(flow, 8)
    areas = path(flow, slices.points, end * TIMES).areas(slices.edge_index)
    assert areas.shape == (11, 8)
    assert np.abs(areas - 0.125).max() < 1e-4


def test_direct_path_is_the_flows_interpolation(flow):
    x = np.linspace(-2, 2.5, 50)
    path = direct_path(flow, x, TIMES)
    for i, t in enumerate(TIMES):
        expected = flow.interpolated(x, t)
        assert path.points[i] == pytest.approx(expected.points, rel=1e-12)
        assert path.density[i] == pytest.approx(expected.density, rel=1e-9)


def test_two_stages_pass_through_u_where_the_density_is_one(flow):
    x = np.linspace(-2, 2.5, 50)
    path = two_stage_path(flow, x, [0.0, 1.0, 2.0])
    assert path.points[0] == pytest.approx(x)
    assert path.points[1] == pytest.approx(flow.cdf(x), rel=1e-12)
    assert path.density[1] == pytest.approx(np.ones_like(x), rel=1e-9)
    assert path.points[2] == pytest.approx(flow(x), rel=1e-12)
    assert path.density[2] == pytest.approx(np.exp(flow.base.log_prob(flow(x))), rel=1e-6)


@pytest.mark.parametrize(("path", "end"), [(direct_path, 1), (two_stage_path, 2)])
def test_density_is_mass_over_length_of_small_pieces(flow, path, end):
    x = np.linspace(-1.5, 2.2, 40)
    pair = np.stack([x, x + 1e-6], axis=1).ravel()
    points = path(flow, pair, end * TIMES).points
    lengths = points[:, 1::2] - points[:, ::2]
    middle = path(flow, x + 5e-7, end * TIMES).density
    mass = np.exp(flow.mixture_log_prob(x + 5e-7)) * 1e-6
    assert middle * lengths == pytest.approx(np.broadcast_to(mass, lengths.shape), rel=1e-3)
